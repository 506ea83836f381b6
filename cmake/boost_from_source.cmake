# Boost for a cross build, as Debian has no cross-built one: its compiled libraries from the source
# package of Debian, its headers from the native package of the same version.
set(plug_foreign_headers ${PROJECT_BINARY_DIR}/foreign-headers)

# plug_link_headers(NAME): makes the native header folder NAME usable here. Never -I/usr/include:
# that would bring the headers of the native C library too.
function(plug_link_headers name)
  find_path(found_${name} ${name} PATHS /usr/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH REQUIRED)
  file(MAKE_DIRECTORY ${plug_foreign_headers})
  file(CREATE_LINK ${found_${name}}/${name} ${plug_foreign_headers}/${name} SYMBOLIC)
endfunction()

plug_link_headers(boost)
file(STRINGS ${plug_foreign_headers}/boost/version.hpp version REGEX "define BOOST_LIB_VERSION \"1_81\"")
if(NOT version)
  message(FATAL_ERROR "the headers in /usr/include/boost are not those of Boost 1.81")
endif()

execute_process(
  COMMAND ${PROJECT_SOURCE_DIR}/installer/windows/boost-source
  OUTPUT_VARIABLE boost_source OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(libs ${boost_source}/libs)

add_library(boost_headers INTERFACE)
add_library(Boost::headers ALIAS boost_headers)
target_include_directories(boost_headers SYSTEM INTERFACE ${plug_foreign_headers})
target_compile_definitions(
  boost_headers
  INTERFACE BOOST_ALL_NO_LIB BOOST_THREAD_USE_LIB BOOST_THREAD_STATIC_LINK BOOST_LOG_STATIC_LINK
            BOOST_ATOMIC_STATIC_LINK BOOST_FILESYSTEM_STATIC_LINK BOOST_LOG_WITHOUT_IPC
            BOOST_LOG_WITHOUT_SYSLOG)
target_link_libraries(boost_headers INTERFACE ws2_32 mswsock bcrypt)

file(GLOB program_options_sources ${libs}/program_options/src/*.cpp)
list(FILTER program_options_sources EXCLUDE REGEX "/winmain\\.cpp$")
add_library(boost_program_options STATIC ${program_options_sources})
add_library(Boost::program_options ALIAS boost_program_options)

file(GLOB log_sources ${libs}/log/src/*.cpp ${libs}/thread/src/win32/*.cpp
     ${libs}/filesystem/src/*.cpp ${libs}/atomic/src/*.cpp)
list(FILTER log_sources EXCLUDE REGEX "/(dump_avx2|dump_ssse3|syslog_backend)\\.cpp$")
list(FILTER log_sources EXCLUDE REGEX "/find_address_sse.*\\.cpp$")
add_library(
  boost_log STATIC
  ${log_sources}
  ${libs}/thread/src/future.cpp
  ${libs}/log/src/windows/light_rw_mutex.cpp
  ${libs}/log/src/windows/is_debugger_present.cpp
  ${libs}/log/src/windows/debug_output_backend.cpp)
add_library(Boost::log ALIAS boost_log)
target_include_directories(boost_log PRIVATE ${libs}/log/src ${libs}/filesystem/src ${libs}/atomic/src)
target_compile_definitions(
  boost_log
  PRIVATE BOOST_LOG_BUILDING_THE_LIB BOOST_THREAD_SOURCE BOOST_THREAD_BUILD_LIB
          BOOST_FILESYSTEM_SOURCE BOOST_ATOMIC_SOURCE BOOST_LOG_WITHOUT_SETTINGS_PARSERS
          BOOST_LOG_WITHOUT_EVENT_LOG BOOST_LOG_USE_STD_REGEX BOOST_SPIRIT_USE_PHOENIX_V3=1
          BOOST_THREAD_DONT_USE_CHRONO=1 SECURITY_WIN32 BOOST_USE_WINDOWS_H
          BOOST_FILESYSTEM_HAS_BCRYPT BOOST_FILESYSTEM_NO_CXX20_ATOMIC_REF)
target_link_libraries(boost_log PUBLIC advapi32 psapi)

file(GLOB test_sources ${libs}/test/src/*.cpp)
list(FILTER test_sources EXCLUDE REGEX "/(cpp_main|test_main)\\.cpp$")
add_library(boost_unit_test_framework STATIC EXCLUDE_FROM_ALL ${test_sources})
add_library(Boost::unit_test_framework ALIAS boost_unit_test_framework)

foreach(library IN ITEMS program_options log unit_test_framework)
  target_link_libraries(boost_${library} PUBLIC boost_headers)
  # Not our code: what it does is not ours to warn of.
  target_compile_options(boost_${library} PRIVATE -w)
endforeach()
