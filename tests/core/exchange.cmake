# Tests of core/exchange
plumage_test(tst_exchange LABELS core SOURCES core/tst_exchange.cpp core/decisions.cpp LINK plumage_exchange)
