//! Reads `[models.*]` and checks every word of it; each mistake has its line and a remedy.
