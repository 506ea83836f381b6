# plug_share_headers(TARGET...): parses once for each target the headers that take longer than the rest
# of its files. Every source still includes what it uses: one that does not fails in the fuzz preset,
# which has none of this.
function(plug_share_headers)
  if(PLUG_FUZZ)
    return()
  endif()
  foreach(target IN LISTS ARGN)
    target_precompile_headers(
      ${target}
      PRIVATE
      <boost/asio/awaitable.hpp>
      <boost/asio/co_spawn.hpp>
      <boost/asio/io_context.hpp>
      <boost/asio/ip/tcp.hpp>
      <boost/asio/post.hpp>
      <chrono>
      <functional>
      <memory>
      <optional>
      <string>
      <unordered_map>
      <variant>
      <vector>)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      # The same false alarm as in warnings.cmake: in headers that were parsed before it has more names.
      target_compile_options(${target} PRIVATE -Wno-stringop-overflow -Wno-stringop-overread
                                               -Wno-array-bounds)
    endif()
  endforeach()
endfunction()

option(PLUG_UNITE "The sources of a room are compiled as one: half the work of a build from nothing" OFF)

# plug_unite(TARGET [APART SOURCE...]): with PLUG_UNITE, compiles the sources of each folder of TARGET
# together, but for the sources and whole rooms of APART, which use a name twice. Where
# files are compiled one by one (the preset debug), two warnings find more: a name may shadow one of
# another file, and an unnamed namespace is that of its file alone.
function(plug_unite target)
  cmake_parse_arguments(PARSE_ARGV 1 unite "" "" APART)
  if(NOT PLUG_UNITE)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_filename_component(room ${source} DIRECTORY)
    if(room AND NOT source IN_LIST unite_APART AND NOT room IN_LIST unite_APART)
      string(MAKE_C_IDENTIFIER ${room} group)
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  target_link_libraries(${target} PRIVATE plug_united)
endfunction()

add_library(plug_united INTERFACE)
if(NOT MSVC)
  target_compile_options(plug_united INTERFACE -Wno-shadow
                                               $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
