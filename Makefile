# SPDX-License-Identifier: GPL-3.0-or-later
# For those who have make: the scripts under packaging/ do the work, CMakePresets.json holds the options.
.PHONY: build run test ci format tidy clean

build:
	bash packaging/build.sh
run:
	bash packaging/run.sh $(if $(PHOTOS),"$(PHOTOS)")
test:
	bash packaging/test.sh
ci:
	bash .ci/run
format:
	git ls-files '*.cpp' '*.h' | xargs clang-format-19 -i
tidy: build
	cmake --preset dev -DPLUMAGE_LIBTORCH="$$(bash packaging/fetch-libtorch.sh)" && cmake --build --preset dev
	git ls-files 'core/*.cpp' 'app/*.cpp' 'ui/*.cpp' | xargs clang-tidy-19 -p build/dev --quiet
clean:
	rm -rf build
