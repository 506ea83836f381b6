# Uses ccache where it is installed, so that a second build of the same source costs little. Precompiled
# headers need the sloppiness (ccache's manual, "Precompiled headers").
option(PLUG_CACHE_FOR_ALL_FOLDERS
       "What ccache has from another folder is used too; debug information has relative paths then" ON)
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros)
  if(PLUG_CACHE_FOR_ALL_FOLDERS)
    list(APPEND CMAKE_CXX_COMPILER_LAUNCHER CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1)
  endif()
  list(APPEND CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()
