# SPDX-License-Identifier: GPL-3.0-or-later
# Imported targets for the C++ libraries inside a PyTorch wheel: LibTorch::cpu, and LibTorch::cuda where they are unpacked.
# find_package(Torch) is not used: it demands a CUDA toolkit as soon as the wheel was built with CUDA.
if(NOT EXISTS "${PLUMAGE_LIBTORCH}/torch/lib/libtorch_cpu.so")
    message(FATAL_ERROR "No LibTorch in PLUMAGE_LIBTORCH='${PLUMAGE_LIBTORCH}': run packaging/fetch-libtorch.sh and give the folder "
        "that it prints as -DPLUMAGE_LIBTORCH=…, or build the window alone with --preset gui-only.")
endif()
set(_torch "${PLUMAGE_LIBTORCH}/torch")
foreach(_lib c10 torch_cpu c10_cuda torch_cuda)
    if(EXISTS "${_torch}/lib/lib${_lib}.so")
        add_library(LibTorch::${_lib} SHARED IMPORTED)
        set_target_properties(LibTorch::${_lib} PROPERTIES IMPORTED_LOCATION "${_torch}/lib/lib${_lib}.so")
    endif()
endforeach()
# libtorch_cpu carries the RPATH of its own dependencies ($ORIGIN/../../nvidia/…); the linker needs to be told the same
add_library(LibTorch::cpu INTERFACE IMPORTED)
target_include_directories(LibTorch::cpu SYSTEM INTERFACE "${_torch}/include" "${_torch}/include/torch/csrc/api/include")
target_link_libraries(LibTorch::cpu INTERFACE LibTorch::torch_cpu LibTorch::c10)
target_link_options(LibTorch::cpu INTERFACE LINKER:--no-as-needed
    "LINKER:-rpath-link,${PLUMAGE_LIBTORCH}/nvidia/cu13/lib" "LINKER:-rpath-link,${_torch}/lib" "LINKER:-rpath,${_torch}/lib")
if(TARGET LibTorch::torch_cuda)
    add_library(LibTorch::cuda INTERFACE IMPORTED)
    target_link_libraries(LibTorch::cuda INTERFACE LibTorch::cpu LibTorch::torch_cuda LibTorch::c10_cuda)
endif()
