# Tests of core/run
plumage_test(tst_runfolder LABELS torch SOURCES torch/tst_runfolder.cpp torch/madeupsnapshot.cpp LINK plumage_run plumage_project)
plumage_test(tst_snapshotkill LABELS torch SOURCES torch/tst_snapshotkill.cpp torch/madeupsnapshot.cpp LINK plumage_run plumage_project)
plumage_test(tst_runtraining LABELS torch SOURCES torch/tst_runtraining.cpp LINK plumage_run plumage_data plumage_scan)
