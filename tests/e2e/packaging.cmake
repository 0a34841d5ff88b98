# The bare build, from configuring to three steps of training; minutes long, so only in configuration ci (.ci/run).
if(PLUMAGE_TORCH)
    add_test(NAME bare_build CONFIGURATIONS ci COMMAND bash "${CMAKE_CURRENT_SOURCE_DIR}/e2e/barebuild.sh"
        "${CMAKE_SOURCE_DIR}" "${CMAKE_SOURCE_DIR}/build/bare" "${PLUMAGE_LIBTORCH}" "${CMAKE_BINARY_DIR}/bin/plumage-worker")
    set_tests_properties(bare_build PROPERTIES LABELS e2e TIMEOUT 1800 PROCESSORS 2)
endif()
if(TARGET plumage)
    add_test(NAME window_on_x COMMAND bash "${CMAKE_CURRENT_SOURCE_DIR}/e2e/windowonx.sh" "${CMAKE_BINARY_DIR}/bin/plumage")
    set_tests_properties(window_on_x PROPERTIES LABELS e2e TIMEOUT 300)
endif()
if(TARGET plumage-worker)
    add_test(NAME disk_full COMMAND bash "${CMAKE_CURRENT_SOURCE_DIR}/e2e/diskfull.sh" "${CMAKE_BINARY_DIR}/bin/plumage-worker")
    set_tests_properties(disk_full PROPERTIES LABELS e2e TIMEOUT 300 SKIP_RETURN_CODE 77)
endif()
