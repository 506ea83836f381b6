# Boost 1.81. Asio is compiled once, into asio_compiled, and not again in every file that uses it.
find_package(Threads REQUIRED)
if(WIN32)
  # Windows 10 and Server 2016. The short headers leave out winsock.h, which winsock2.h replaces.
  add_compile_definitions(_WIN32_WINNT=0x0A00 WIN32_LEAN_AND_MEAN NOMINMAX)
endif()
if(CMAKE_CROSSCOMPILING)
  include(cmake/boost_from_source.cmake)
else()
  find_package(Boost 1.81 REQUIRED COMPONENTS log program_options)
endif()

add_library(asio_compiled STATIC ${PROJECT_SOURCE_DIR}/cmake/asio_compiled.cpp)
target_compile_definitions(asio_compiled PUBLIC BOOST_ASIO_SEPARATE_COMPILATION
                                                BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(asio_compiled PUBLIC Boost::headers Threads::Threads)

# toml++ is headers only, the same for every system: a cross build takes a copy of those that are
# installed here, as it must not see the others beside them.
find_path(TOMLPLUSPLUS_HEADERS toml++/toml.h PATHS /usr/local/include /usr/include
                                                   NO_CMAKE_FIND_ROOT_PATH REQUIRED)
set(tomlplusplus_headers ${TOMLPLUSPLUS_HEADERS})
if(CMAKE_CROSSCOMPILING)
  set(tomlplusplus_headers ${PROJECT_BINARY_DIR}/headers)
  file(COPY ${TOMLPLUSPLUS_HEADERS}/toml++ DESTINATION ${tomlplusplus_headers})
endif()
add_library(tomlplusplus INTERFACE)
target_include_directories(tomlplusplus SYSTEM INTERFACE ${tomlplusplus_headers})
