//! Random pairs of models: each type, references with each way of deletion, cycles, both kinds of ids, forms of unique.

use proptest::prelude::*;

use super::rows::rows;
use super::*;

const NAMES: [&str; 6] = ["order", "größe", "a", "Select", "rowid", "check"];

/// Few texts, so that they are often the same and often of another type.
pub(super) fn text() -> impl Strategy<Value = String> {
    let common = [
        "",
        "x",
        "it's",
        "1",
        "-7",
        "2.5",
        "true",
        "[]",
        "{}",
        "日本 \u{1F600}",
        "null",
        "a\"b",
    ];
    prop_oneof![4 => prop::sample::select(common.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,6}"]
}

pub(super) fn json_text() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        text().prop_map(|text| json!(text)),
        any::<i64>().prop_map(|n| json!(n)),
        Just(json!(null))
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|list| json!(list)),
            (text(), inner).prop_map(|(name, value)| json!({ name: value })),
        ]
    })
}

pub(super) fn whole() -> impl Strategy<Value = i64> {
    prop_oneof![
        0_i64..3,
        Just(i64::MIN),
        Just(i64::MAX),
        Just((1 << 53) + 1),
        -1_000_000_i64..1_000_000
    ]
}

pub(super) fn real() -> impl Strategy<Value = f64> {
    prop_oneof![
        prop::sample::select(vec![0.0, 1.0, -0.5, 1e300, 5e-324, 0.1, 9.3e18]),
        any::<f64>().prop_filter("finite", |real| real.is_finite())
    ]
    // As a declaration is read: without the sign of a zero, which a table does not keep.
    .prop_map(|real| real + 0.0)
}

fn kind() -> impl Strategy<Value = Field> {
    let options = prop::collection::vec(text(), 1..4);
    let options = options.prop_map(|list| {
        let list: Vec<&str> = list.iter().map(String::as_str).collect();
        choice("x", &list)
    });
    let parents = prop::sample::select(vec!["others", "things"]);
    prop_oneof![
        3 => Just(string("x")),
        1 => text().prop_map(|text| string("x").default(json!(text))),
        2 => Just(integer("x")),
        1 => whole().prop_map(|whole| integer("x").default(json!(whole))),
        1 => Just(number("x")),
        1 => real().prop_map(|real| number("x").default(json!(real))),
        2 => any::<bool>().prop_map(|flag| boolean("x").default(json!(flag))),
        1 => Just(array("x")),
        1 => Just(object("x").default(json!({"ß": ["'"]}))),
        3 => options,
        3 => (action(), parents).prop_map(|(action, parent)| reference("x", parent, action)),
    ]
}

/// One field by its name; None: there is none.
type Slot = Option<(Field, bool)>;

fn slot() -> impl Strategy<Value = Slot> {
    prop::option::weighted(0.7, (kind(), prop::bool::weighted(0.25)))
}

/// A model out of its slots; `flags` are indexes, uniqueness (of one field or two, by owner or of all), and who reads.
fn things(slots: &[Slot], flags: [bool; 5]) -> Model {
    let fields = slots.iter().zip(NAMES).filter_map(|(slot, name)| {
        let (field, required) = slot.as_ref()?;
        let set_null = field
            .references
            .as_ref()
            .is_some_and(|of| of.on_delete == OnDelete::SetNull);
        Some(Field {
            name: name.to_owned(),
            required: *required && !set_null,
            ..field.clone()
        })
    });
    let mut made = model("things", fields.collect());
    let is_scalar = |field: &&Field| !matches!(field.kind, Kind::Array(_) | Kind::Object(_));
    let scalars: Vec<String> = made
        .fields
        .iter()
        .filter(is_scalar)
        .map(|field| field.name.clone())
        .collect();
    let [indexed, unique, by_owner, wide, shared] = flags;
    if indexed && !scalars.is_empty() {
        made.indexes.push(scalars.iter().take(3).cloned().collect());
    }
    if unique && !scalars.is_empty() {
        let fields = scalars.iter().take(1 + usize::from(wide));
        let fields: Vec<&str> = fields.map(String::as_str).collect();
        made = made.unique(&fields, by_owner);
    }
    if shared {
        made = made.read_by(Word::SignedIn);
        made.on_owner_delete = OnOwnerDelete::Restrict;
    }
    made
}

/// Two declarations of `things`; the second is the first with some fields changed, gone, new or renamed.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) before: Vec<Model>,
    pub(super) after: Vec<Model>,
    /// Old and new name.
    pub(super) renamed: Option<(String, String)>,
}

/// What `others` are: their kind of id, and how they refer to `things`, which refer to them: a cycle.
type Others = (IdKind, Option<OnDelete>);

fn others((id, back): Others) -> Model {
    let back = back.map(|action| reference("back", "things", action));
    let fields = std::iter::once(string("name")).chain(back);
    Model {
        id,
        ..model("others", fields.collect())
    }
}

fn action() -> impl Strategy<Value = OnDelete> {
    prop::sample::select(vec![
        OnDelete::Restrict,
        OnDelete::Cascade,
        OnDelete::SetNull,
    ])
}

fn id() -> impl Strategy<Value = IdKind> {
    prop_oneof![2 => Just(IdKind::Integer), 1 => Just(IdKind::Uuid)]
}

/// References are of the kind of what they refer to.
fn fit(models: &mut [Model]) {
    let ids: Vec<(String, IdKind)> = models
        .iter()
        .map(|model| (model.name.clone(), model.id))
        .collect();
    let fields = models.iter_mut().flat_map(|model| &mut model.fields);
    for parent in fields.filter_map(|field| field.references.as_mut()) {
        let found = ids.iter().find(|(name, _)| *name == parent.model);
        parent.id = found.map_or(IdKind::Integer, |(_, id)| *id);
    }
}

fn pair() -> impl Strategy<Value = Pair> {
    let slots = prop::collection::vec(slot(), NAMES.len());
    let changes = prop::collection::vec(prop::option::weighted(0.35, slot()), NAMES.len());
    let flags = || any::<[bool; 5]>().prop_map(|[a, b, c, d, e]| [a, b & c, c, d, e]);
    let back = || prop::option::weighted(0.3, action());
    let ids = (
        id(),
        prop::option::weighted(0.1, id()),
        id(),
        back(),
        back(),
    );
    let all = (
        slots,
        changes,
        (flags(), prop::option::of(flags())),
        ids,
        any::<[bool; 3]>(),
    );
    all.prop_map(
        |(slots, changes, (flags, other_flags), ids, [rename, rename_table, more])| {
            let (id, other_id, others_id, back, other_back) = ids;
            let mut before = things(&slots, flags);
            before.id = id;
            let changed = slots.into_iter().zip(changes);
            let changed: Vec<Slot> = changed
                .map(|(slot, change)| change.unwrap_or(slot))
                .collect();
            let mut after = things(&changed, other_flags.unwrap_or(flags));
            after.id = other_id.unwrap_or(id);
            let renamed = if rename {
                rename_field(&before, &mut after)
            } else {
                None
            };
            let mut after = vec![after, others((others_id, other_back))];
            if rename_table {
                rename_model(&mut after);
            }
            if more {
                let parent = reference("other", "others", OnDelete::Cascade);
                after.push(model("more", vec![parent]));
            }
            let mut before = vec![before, others((others_id, back))];
            fit(&mut before);
            fit(&mut after);
            Pair {
                before,
                after,
                renamed,
            }
        },
    )
}

/// The first field that was there before gets another name.
fn rename_field(before: &Model, after: &mut Model) -> Option<(String, String)> {
    let first = after.fields.first_mut()?;
    if before.field(&first.name).is_none() || first.name == "rowid" {
        return None;
    }
    let old = std::mem::replace(&mut first.name, "renamed".to_owned());
    first.renamed_from = Some(old.clone());
    let unique = after
        .unique
        .iter_mut()
        .flat_map(|unique| &mut unique.fields);
    for name in unique.chain(after.indexes.iter_mut().flatten()) {
        if *name == old {
            "renamed".clone_into(name);
        }
    }
    Some((old, "renamed".to_owned()))
}

fn rename_model(models: &mut [Model]) {
    "objects".clone_into(&mut models[0].name);
    models[0].renamed_from = Some("things".to_owned());
    let fields = models.iter_mut().flat_map(|model| &mut model.fields);
    for parent in fields.filter_map(|field| field.references.as_mut()) {
        if parent.model == "things" {
            "objects".clone_into(&mut parent.model);
        }
    }
}

pub(super) fn cases() -> impl Strategy<Value = (Pair, Vec<String>)> {
    pair().prop_flat_map(|pair| {
        let rows = rows(&pair);
        (Just(pair), rows)
    })
}
