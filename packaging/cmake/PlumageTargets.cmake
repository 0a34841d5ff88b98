# SPDX-License-Identifier: GPL-3.0-or-later
# How every target of Plumage is made: language level, warnings, Qt strictness, in one place.
find_program(PLUMAGE_CCACHE ccache)
if(PLUMAGE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # sloppiness: the LibTorch headers are a precompiled header, which ccache accepts only so
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${PLUMAGE_CCACHE})
endif()

add_library(plumage_options INTERFACE)
target_compile_features(plumage_options INTERFACE cxx_std_20)
target_include_directories(plumage_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(plumage_options INTERFACE -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -fno-math-errno
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>    # g++ 12 warns falsely about "text" + std::to_string(n), and about variants that hold optional structs
    $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-maybe-uninitialized>)
target_compile_definitions(plumage_options INTERFACE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_FOREACH
    PLUMAGE_VERSION="${PROJECT_VERSION}")
if(PLUMAGE_WERROR)
    target_compile_options(plumage_options INTERFACE -Werror)
endif()
if(PLUMAGE_SANITIZE)
    target_compile_options(plumage_options INTERFACE -fsanitize=${PLUMAGE_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(plumage_options INTERFACE -fsanitize=${PLUMAGE_SANITIZE})
endif()
find_package(Threads REQUIRED)
target_link_libraries(plumage_options INTERFACE Threads::Threads)

# plumage_folders([TORCH] [QT] [BARE] folder...): adds folders that exist; TORCH: only with LibTorch; QT: not in the bare build.
function(plumage_folders)
    cmake_parse_arguments(arg "TORCH;QT;BARE" "" "" ${ARGN})
    if((arg_TORCH AND NOT PLUMAGE_TORCH) OR (PLUMAGE_BARE AND NOT arg_BARE))
        return()
    endif()
    foreach(folder IN LISTS arg_UNPARSED_ARGUMENTS)
        if(EXISTS "${CMAKE_SOURCE_DIR}/${folder}/CMakeLists.txt")
            add_subdirectory(${folder})
        endif()
    endforeach()
endfunction()

# moc runs only where Qt is linked by name
function(plumage_target_setup target)
    if("${ARGN}" MATCHES "Qt6::")
        set_target_properties(${target} PROPERTIES AUTOMOC ON)
    endif()
endfunction()

# plumage_library(name SOURCES file... LINK PUBLIC|PRIVATE target...): one folder of core/ (or ui/) as a static library
function(plumage_library name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
    add_library(${name} STATIC ${arg_SOURCES})
    target_link_libraries(${name} PUBLIC plumage_options)
    if(arg_LINK)
        target_link_libraries(${name} ${arg_LINK})
    endif()
    plumage_target_setup(${name} ${arg_LINK})
endfunction()

# plumage_program(name SOURCES file... LINK target...)
function(plumage_program name)
    cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
    add_executable(${name} ${arg_SOURCES})
    target_link_libraries(${name} PRIVATE plumage_options ${arg_LINK})
    plumage_target_setup(${name} ${arg_LINK})
endfunction()

# plumage_test(tst_name LABELS core[;golden] SOURCES file... LINK target... [TIMEOUT seconds]): a Qt Test program, run by ctest offscreen
function(plumage_test name)
    cmake_parse_arguments(arg "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 300)
    endif()
    plumage_program(${name} SOURCES ${arg_SOURCES} LINK Qt6::Test ${arg_LINK})
    target_compile_definitions(${name} PRIVATE PLUMAGE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" PLUMAGE_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name})
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8;OMP_WAIT_POLICY=passive;QTEST_FUNCTION_TIMEOUT=${arg_TIMEOUT}000")    # Qt gives up after 5 minutes
    if("torch" IN_LIST arg_LABELS OR "e2e" IN_LIST arg_LABELS)    # they train with two threads: not beside each other on two cores
        set_tests_properties(${name} PROPERTIES PROCESSORS 2)
    endif()
endfunction()
