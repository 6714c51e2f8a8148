//! Query parameters with a meaning of their own. A field of such a name is legal; the parameter wins.

/// Those that steer a list.
pub const CONTROLS: [&str; 6] = ["limit", "cursor", "offset", "sort", "total", "fields"];
/// Kept free for what comes later.
pub const LATER: [&str; 6] = ["filter", "search", "expand", "group_by", "values", "having"];

/// Whether a field of that name can't be filtered on.
pub fn hides(field: &str) -> bool {
    CONTROLS.contains(&field) || LATER.contains(&field)
}
