# Boost 1.81. Asio is compiled once, into asio_compiled, and not again in every file that uses it.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS log program_options)

add_library(asio_compiled STATIC ${PROJECT_SOURCE_DIR}/cmake/asio_compiled.cpp)
target_compile_definitions(asio_compiled PUBLIC BOOST_ASIO_SEPARATE_COMPILATION
                                                BOOST_ASIO_NO_DEPRECATED)
target_link_libraries(asio_compiled PUBLIC Boost::headers Threads::Threads)
