# plug_resources(TARGET): gives a program of Windows its version, its manifest, and the message table
# of the event log.
function(plug_resources target)
  if(NOT WIN32)
    return()
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/platform/windows)
  set(plug_manifest ${PROJECT_BINARY_DIR}/plug.manifest)
  configure_file(${folder}/plug.manifest ${plug_manifest} @ONLY)
  set(plug_messages ${PROJECT_BINARY_DIR}/messages)
  configure_file(${folder}/plug.rc.in ${PROJECT_BINARY_DIR}/plug.rc @ONLY)
  # The compiler of message tables: mc of Visual Studio, windmc of mingw-w64.
  find_program(MESSAGE_COMPILER NAMES x86_64-w64-mingw32-windmc windmc mc REQUIRED)
  add_custom_command(
    OUTPUT ${plug_messages}.rc ${plug_messages}.h
    COMMAND ${MESSAGE_COMPILER} -r ${PROJECT_BINARY_DIR} -h ${PROJECT_BINARY_DIR}
            ${folder}/messages.mc
    DEPENDS ${folder}/messages.mc
    VERBATIM)
  target_sources(${target} PRIVATE ${PROJECT_BINARY_DIR}/plug.rc)
  set_source_files_properties(
    ${PROJECT_BINARY_DIR}/plug.rc TARGET_DIRECTORY ${target}
    PROPERTIES OBJECT_DEPENDS "${plug_manifest};${plug_messages}.rc")
  if(MSVC)
    # The linker would add a manifest of its own.
    target_link_options(${target} PRIVATE /MANIFEST:NO)
  endif()
endfunction()
