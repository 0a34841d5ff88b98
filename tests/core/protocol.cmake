# The scripted worker (tests/fakes/main.cpp says how to use it), and tests of core/protocol
plumage_library(plumage_fakes SOURCES fakes/fakesnapshot.cpp LINK PUBLIC plumage_base Qt6::Gui PRIVATE tomlplusplus::tomlplusplus)
plumage_program(fakeworker SOURCES fakes/main.cpp fakes/fakeworker.cpp fakes/fakescript.cpp LINK plumage_protocol plumage_fakes Qt6::Core)
set_target_properties(fakeworker PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
set(PLUMAGE_FAKE_WORKER "${CMAKE_BINARY_DIR}/tests/fakeworker")
