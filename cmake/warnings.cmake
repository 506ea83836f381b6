# plug::warnings is linked by every target of ours; the presets add -Werror.
add_library(plug_warnings INTERFACE)
add_library(plug::warnings ALIAS plug_warnings)
target_compile_options(plug_warnings INTERFACE -Wall -Wextra -Wshadow -Wconversion)
target_include_directories(plug_warnings INTERFACE ${PROJECT_SOURCE_DIR})
