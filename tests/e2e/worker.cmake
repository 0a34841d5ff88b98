# The worker as a program: its command line, and `serve` with a tiny project
if(TARGET plumage-worker)
    plumage_test(tst_commandline LABELS e2e SOURCES e2e/tst_commandline.cpp LINK plumage_base Qt6::Gui)
    plumage_test(tst_serve LABELS e2e TIMEOUT 900 SOURCES e2e/tst_serve.cpp LINK plumage_protocol plumage_project plumage_scan)
    add_dependencies(tst_commandline plumage-worker)
    add_dependencies(tst_serve plumage-worker)
    set_tests_properties(tst_commandline tst_serve PROPERTIES PROCESSORS 2)
endif()
