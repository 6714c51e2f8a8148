//! Random models: what was brought up to date agrees, and values survive.

use proptest::prelude::*;

use super::*;

const NAMES: [&str; 8] = [
    "order", "größe", "a", "b", "Select", "rowid", "check", "items",
];

fn kind() -> impl Strategy<Value = Field> {
    let options = prop::collection::btree_set("[a-z' ]{1,4}", 1..4);
    prop_oneof![
        Just(string("x")),
        any::<String>().prop_map(|text| string("x").default(json!(text))),
        any::<i64>().prop_map(|whole| integer("x").default(json!(whole))),
        any::<f64>().prop_map(|real| number("x").default(json!(real))),
        any::<bool>().prop_map(|flag| boolean("x").default(json!(flag))),
        prop::collection::vec(any::<String>(), 0..3)
            .prop_map(|list| array("x").default(json!(list))),
        Just(object("x")),
        Just(integer("x")),
        options.prop_map(|options| {
            let options: Vec<&str> = options.iter().map(String::as_str).collect();
            choice("x", &options).default(json!(options[0]))
        }),
        Just(reference("x", "other", OnDelete::SetNull)),
    ]
}

/// Fields of distinct names; whether each is required is left to who can say what rows have then.
fn fields() -> impl Strategy<Value = Vec<Field>> {
    let of = |name: &'static str| {
        prop::option::of(kind().prop_map(move |kind| Field {
            name: name.to_owned(),
            ..kind
        }))
    };
    NAMES
        .map(of)
        .prop_map(|list| list.into_iter().flatten().collect())
}

fn scalar(field: &&Field) -> bool {
    !matches!(field.kind, Kind::Array(_) | Kind::Object(_))
}

/// A model with random fields, indexes and kind of id, and one that it may refer to.
fn models() -> impl Strategy<Value = Vec<Model>> {
    (fields(), any::<[bool; 4]>()).prop_map(|(fields, [uuid, indexed, unique, shared])| {
        let scalars: Vec<String> = fields
            .iter()
            .filter(scalar)
            .map(|field| field.name.clone())
            .collect();
        let mut made = model("things", fields);
        if uuid {
            made = made.uuid();
        }
        if shared {
            made = made.read_by(Word::SignedIn);
        }
        if indexed && !scalars.is_empty() {
            made.indexes.push(scalars.iter().take(4).cloned().collect());
        }
        if unique && let Some(first) = scalars.first() {
            made = made.unique(&[first], shared);
        }
        vec![made, model("other", vec![])]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(1), ..ProptestConfig::default() })]

    #[test]
    fn a_model_with_records_takes_more_fields_and_then_agrees(
        mut models in models(),
        more in fields(),
        required in any::<bool>(),
    ) {
        let mut bench = Bench::with(&models);
        let id = if models[0].id == IdKind::Uuid { ("id", "'one'") } else { ("id", "7") };
        bench.insert("things", id.0, id.1);
        let names: Vec<String> = models[0].fields.iter().map(|field| format!("\"{}\"", field.name)).collect();
        let query = format!("SELECT {} FROM things", [vec!["id".to_owned()], names].concat().join(", "));
        let before = bench.rows(&query);
        for mut field in more {
            if models[0].field(&field.name).is_none() && field.name != "rowid" {
                let literal = crate::models::ddl::Shape::of(&model("x", vec![field.clone()])).columns[2].default.clone();
                field.required = required && literal.is_some();
                models[0].fields.push(field);
            }
        }
        bench.agree(&models);
        prop_assert_eq!(bench.rows(&query), before);
    }

    #[test]
    fn an_empty_table_follows_any_change(one in models(), other in models()) {
        let mut bench = Bench::with(&one);
        bench.agree(&other);
        bench.agree(&one);
    }

    #[test]
    fn records_stop_a_change_or_survive_it(one in models(), other in models()) {
        let mut bench = Bench::with(&one);
        let id = if one[0].id == IdKind::Uuid { "'one'" } else { "7" };
        bench.insert("things", "id", id);
        let before = bench.rows("SELECT * FROM things");
        match bench.bring(&other) {
            Ok(()) => bench.agree(&other),
            Err(error) => {
                prop_assert!(error.message().contains("nothing was changed"), "{}", error);
                prop_assert_eq!(bench.rows("SELECT * FROM things"), before);
            }
        }
        prop_assert_eq!(bench.rows("SELECT count(*) FROM things"), [["1"]]);
    }
}
