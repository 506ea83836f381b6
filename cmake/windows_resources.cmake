# plug_resources(TARGET): gives a program of Windows its version and its manifest.
function(plug_resources target)
  if(NOT WIN32)
    return()
  endif()
  set(folder ${PROJECT_SOURCE_DIR}/platform/windows)
  set(plug_manifest ${PROJECT_BINARY_DIR}/plug.manifest)
  configure_file(${folder}/plug.manifest ${plug_manifest} @ONLY)
  configure_file(${folder}/plug.rc.in ${PROJECT_BINARY_DIR}/plug.rc @ONLY)
  target_sources(${target} PRIVATE ${PROJECT_BINARY_DIR}/plug.rc)
  set_source_files_properties(${PROJECT_BINARY_DIR}/plug.rc TARGET_DIRECTORY ${target}
                              PROPERTIES OBJECT_DEPENDS ${plug_manifest})
  if(MSVC)
    # The linker would add a manifest of its own.
    target_link_options(${target} PRIVATE /MANIFEST:NO)
  endif()
endfunction()
