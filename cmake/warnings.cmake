# plug::warnings is linked by every target of ours; the presets add -Werror.
add_library(plug_warnings INTERFACE)
add_library(plug::warnings ALIAS plug_warnings)
if(MSVC)
  target_compile_options(plug_warnings INTERFACE /W4 /permissive- /utf-8 /bigobj)
else()
  target_compile_options(plug_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # A false alarm of gcc 12 on joined strings: https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651
  target_compile_options(plug_warnings INTERFACE -Wno-restrict)
endif()
target_include_directories(plug_warnings INTERFACE ${PROJECT_SOURCE_DIR})
