# Tests of the window, offscreen
plumage_test(tst_uimodels LABELS ui SOURCES ui/tst_uimodels.cpp ui/uifixture.cpp LINK plumage_ui Qt6::Widgets)
plumage_test(tst_thumbnails LABELS ui SOURCES ui/tst_thumbnails.cpp ui/uifixture.cpp LINK plumage_ui Qt6::Widgets)
plumage_test(tst_startsheet LABELS ui SOURCES ui/tst_startsheet.cpp LINK plumage_ui Qt6::Widgets)
plumage_test(tst_window LABELS ui SOURCES ui/tst_window.cpp ui/uifixture.cpp LINK plumage_ui Qt6::Widgets)
plumage_test(tst_sorting LABELS ui SOURCES ui/tst_sorting.cpp ui/uifixture.cpp LINK plumage_ui Qt6::Widgets)
plumage_test(tst_windowworker LABELS ui SOURCES ui/tst_windowworker.cpp ui/uifixture.cpp LINK plumage_ui plumage_fakes Qt6::Widgets)
target_compile_definitions(tst_windowworker PRIVATE PLUMAGE_FAKE_WORKER="${CMAKE_BINARY_DIR}/tests/fakeworker")
add_dependencies(tst_windowworker fakeworker)
plumage_test(tst_plumage LABELS ui SOURCES ui/tst_plumage.cpp LINK Qt6::Gui)
add_dependencies(tst_plumage plumage)
# A person's work, not a test: trialbench PROJECT.plumage sorts a project by keys
plumage_program(trialbench SOURCES bench/trialbench.cpp bench/trialkeys.cpp LINK plumage_ui plumage_exchange Qt6::Widgets Qt6::Test)
set_target_properties(trialbench PROPERTIES EXCLUDE_FROM_ALL ON)
