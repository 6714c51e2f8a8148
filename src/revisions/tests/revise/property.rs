//! Random pairs of models with random rows.
