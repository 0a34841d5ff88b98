# Tests of core/train
plumage_test(tst_trainviews LABELS torch SOURCES torch/tst_trainviews.cpp LINK plumage_train plumage_model LibTorch::cpu)
plumage_test(tst_trainer LABELS torch TIMEOUT 900 SOURCES torch/tst_trainer.cpp LINK plumage_train plumage_model LibTorch::cpu)
plumage_test(tst_checkpoint LABELS torch SOURCES torch/tst_checkpoint.cpp LINK plumage_train plumage_model LibTorch::cpu)
plumage_test(tst_trainstate LABELS torch SOURCES torch/tst_trainstate.cpp LINK plumage_train plumage_model LibTorch::cpu)
plumage_test(tst_corrections LABELS torch SOURCES torch/tst_corrections.cpp LINK plumage_train plumage_model LibTorch::cpu)
foreach(test tst_trainviews tst_trainer tst_checkpoint tst_trainstate tst_corrections)
    target_precompile_headers(${test} REUSE_FROM tst_modelgolden)
endforeach()
