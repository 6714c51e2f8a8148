//! Checks what clients send against a model; all faults at once, in the order of the declaration.
