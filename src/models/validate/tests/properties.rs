//! What holds for all input: nothing panics, and what is stored would be accepted and stored alike again.

use proptest::prelude::*;
use serde_json::{Map, Value as Json};

use super::sample::sample;
use crate::models::validate::{create, id, merge, object, parameter, parse, patch, update};
use crate::models::{IdKind, Kind, Model, Value};

/// Texts of which many have a format.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "a{0,6}",
        prop::sample::select(vec![
            "low",
            "it's",
            "b",
            "light",
            "2026-11-24",
            "14:39:23.5",
            "a@b.de",
            "::1",
            "1.2.3.4"
        ])
        .prop_map(str::to_owned),
        "20[0-9]{2}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,9})?(Z|[+-][0-2][0-9]:[0-5][0-9])",
        "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}",
        "[a-z]{1,8}:(//)?[a-z.]{0,12}[/?#%\\\\ä]?[a-z]{0,4}",
    ]
}

fn names() -> impl Strategy<Value = String> {
    let declared: Vec<String> = sample()
        .fields
        .into_iter()
        .map(|field| field.name)
        .collect();
    let nested = [
        "x", "y", "label", "score", "kind", "theme", "places", "home",
    ]
    .map(str::to_owned);
    prop_oneof![
        6 => prop::sample::select(declared),
        3 => prop::sample::select(nested.to_vec()),
        1 => texts(),
    ]
}

fn values() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        (-20_i64..20).prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        (-40_i32..40).prop_map(|quarters| Json::from(f64::from(quarters) / 4.0)),
        any::<u64>().prop_map(Json::from),
        texts().prop_map(Json::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::vec((names(), inner), 0..6)
                .prop_map(|members| Json::Object(members.into_iter().collect())),
        ]
    })
}

/// The record's JSON, as an answer has it.
fn answer(model: &Model, values: &[Value]) -> Json {
    let member = |(field, value): (&crate::models::Field, &Value)| {
        let json = match (value, &field.kind) {
            (Value::Null, _) => Json::Null,
            (Value::Integer(flag), Kind::Boolean) => Json::from(*flag != 0),
            (Value::Integer(number), _) => Json::from(*number),
            (Value::Real(number), _) => Json::from(*number),
            (Value::Text(text), Kind::Array(_) | Kind::Object(_)) => {
                serde_json::from_str(text).expect("stored JSON")
            }
            (Value::Text(text), _) => Json::from(text.clone()),
        };
        (field.name.clone(), json)
    };
    Json::Object(model.fields.iter().zip(values).map(member).collect())
}

/// The sent values one by one: most whole bodies would be refused for one of them.
fn accepted(model: &Model, body: &Json) -> Map<String, Json> {
    let one = |(name, value): (&String, &Json)| {
        let single = Json::Object([(name.clone(), value.clone())].into_iter().collect());
        update(model, &single, true).is_ok()
    };
    let Json::Object(members) = body else {
        return Map::new();
    };
    members
        .iter()
        .filter(|member| one(*member))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn no_bytes_make_it_panic(
        bytes in any::<Vec<u8>>(),
        text in any::<String>(),
        json in "[\\[\\]{}\",:0-9eE.+\\\\u-]{0,60}",
    ) {
        let _ = parse(&bytes);
        let _ = parse(text.as_bytes());
        let _ = parse(json.as_bytes());
    }

    #[test]
    fn what_serde_reads_and_writes_is_read_alike(json in values()) {
        let text = json.to_string();
        match parse(text.as_bytes()) {
            Ok(read) => prop_assert_eq!(read, serde_json::from_str::<Json>(&text).expect("JSON")),
            Err(error) => prop_assert_eq!(error.fields()[0].kind, "int_parsing_size"),
        }
    }

    #[test]
    fn no_json_makes_it_panic(body in values(), privileged in any::<bool>()) {
        let sample = sample();
        let _ = create(&sample, &body, &["body".into()], privileged);
        let _ = update(&sample, &body, privileged);
        let _ = object(&sample, &body);
        if let Ok(patch) = patch(&sample, &body, privileged) {
            for (place, sent) in &patch.merges {
                let _ = merge(&sample.fields[*place], None, sent);
                let _ = merge(&sample.fields[*place], Some(&body.to_string()), sent);
            }
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in texts()) {
        for field in &sample().fields {
            let _ = parameter(field, &text);
        }
        let _ = id(IdKind::Integer, &text);
        let _ = id(IdKind::Uuid, &text);
    }

    #[test]
    fn what_is_stored_is_accepted_and_stored_alike_again(body in values()) {
        let mut sample = sample();
        for field in &mut sample.fields {
            field.required = false;
        }
        let body = Json::Object(accepted(&sample, &body));
        prop_assume!(parse(body.to_string().as_bytes()).is_ok());
        let first = create(&sample, &body, &["body".into()], true).expect("each was accepted alone");
        let answer = answer(&sample, &first);
        let read = parse(answer.to_string().as_bytes()).expect("an answer is JSON");
        let second = create(&sample, &read, &["body".into()], true);
        prop_assert_eq!(second, Ok(first));
    }

    #[test]
    fn an_empty_patch_of_what_is_stored_changes_nothing(sent in values()) {
        let sample = sample();
        for (_, field) in ["metadata", "point", "open_object", "settings"].map(|name| sample.field(name).expect(name)) {
            let body = Json::Object([(field.name.clone(), sent.clone())].into_iter().collect());
            if let Ok(changes) = update(&sample, &body, true)
                && let [(_, Value::Text(stored))] = &changes[..]
            {
                prop_assert_eq!(merge(field, Some(stored), &Map::new()), Ok(Value::Text(stored.clone())));
            }
        }
    }
}
