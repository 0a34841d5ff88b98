# Tests of core/model. They also make the precompiled LibTorch header that further tests may reuse (REUSE_FROM tst_modelgolden).
plumage_test(tst_modelgolden LABELS torch golden TIMEOUT 900 SOURCES torch/tst_modelgolden.cpp torch/golden.cpp
    LINK plumage_train plumage_model LibTorch::cpu)
target_precompile_headers(tst_modelgolden PRIVATE "${CMAKE_SOURCE_DIR}/core/model/torchpch.h")
plumage_test(tst_modelalgebra LABELS torch SOURCES torch/tst_modelalgebra.cpp torch/golden.cpp LINK plumage_model LibTorch::cpu)
plumage_test(tst_model LABELS torch SOURCES torch/tst_model.cpp LINK plumage_model LibTorch::cpu)
plumage_test(tst_safetensors LABELS torch SOURCES torch/tst_safetensors.cpp LINK plumage_model LibTorch::cpu)
foreach(test tst_modelalgebra tst_model tst_safetensors)
    target_precompile_headers(${test} REUSE_FROM tst_modelgolden)
endforeach()
# Times a training iteration; no test.
plumage_program(modelbench SOURCES bench/modelbench.cpp LINK plumage_model LibTorch::cpu)
set_target_properties(modelbench PROPERTIES EXCLUDE_FROM_ALL ON)
target_precompile_headers(modelbench REUSE_FROM plumage_model)
