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
