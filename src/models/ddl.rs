//! Says a model in SQL: the only place with DDL for declared models.
