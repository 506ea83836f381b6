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
