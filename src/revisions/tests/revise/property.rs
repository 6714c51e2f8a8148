//! Random pairs of models with random rows: there, nothing differs and each value that both have is the same; back, the
//! schema is the very one of before.

use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};

use super::random::{Pair, cases};
use super::*;
use crate::models::ddl::{Shape, conversion, quote};

/// Pairs that are carried out in one test; two tests share them, so that both cores work.
const PAIRS: u32 = 600;
/// The columns that both have, as the first should look like in the second; None for a null that a default replaces.
fn expected(pair: &Pair) -> (String, String) {
    let (before, after) = (Shape::of(&pair.before[0]), Shape::of(&pair.after[0]));
    let mut queries = (Vec::new(), Vec::new());
    for old in &before.columns {
        let new = match &pair.renamed {
            Some((from, to)) if *from == old.name => to,
            _ => &old.name,
        };
        let Some(new) = after.column(new) else {
            continue;
        };
        let name = quote(&old.name);
        let value = conversion(&old.stored, &new.stored, &name)
            .map_or(name.clone(), |conversion| conversion.guarded(&name));
        queries.0.push(match &new.default {
            Some(default) if new.required && !old.required => {
                format!("coalesce({value}, {default})")
            }
            _ => value,
        });
        queries.1.push(quote(&new.name));
    }
    let query = |columns: &[String], table: &str| {
        format!(
            "SELECT {} FROM {} ORDER BY id",
            columns.join(", "),
            quote(table)
        )
    };
    (
        query(&queries.0, &before.name),
        query(&queries.1, &after.name),
    )
}

/// Carries out a pair; false when the rows forbid it, and then nothing was changed.
fn carry_out(bench: &mut Bench, pair: &Pair, rows: &[String]) -> bool {
    bench.up(&pair.before);
    for row in rows {
        // A reference to a record that is not there yet, or a twin, is no row of this case.
        let _ = bench.try_run(row);
    }
    let (print, whole) = (
        bench.fingerprint(),
        bench.rows("SELECT * FROM things ORDER BY id"),
    );
    let (old, new) = expected(pair);
    let generated = match bench.try_generate(&pair.after, &[]) {
        Ok(Some(generated)) => generated,
        Ok(None) => return false,
        Err(error) => {
            assert!(error.message().contains("nothing was changed"), "{error}");
            return false;
        }
    };
    const OTHERS: &str = "SELECT * FROM (SELECT id, name FROM others ORDER BY id)";
    let values = (bench.rows(&old), bench.rows(OTHERS));
    bench
        .opening
        .revise(&generated.up)
        .unwrap_or_else(|error| panic!("{error:?}\n{}", generated.up));
    assert_eq!(bench.differs(&pair.after), [""; 0], "{}", generated.up);
    let kept = (bench.rows(&new), bench.rows(OTHERS));
    assert_eq!(kept, values, "{}", generated.up);
    go_back(bench, pair, &generated, &print, &whole);
    true
}

fn go_back(
    bench: &mut Bench,
    pair: &Pair,
    generated: &Generated,
    print: &str,
    whole: &[Vec<String>],
) {
    let Down::Sql(sql) = &generated.down else {
        return;
    };
    let before = bench.fingerprint();
    if let Err(error) = bench.opening.revise(sql) {
        assert!(
            is_beyond_the_way_back(pair, &error.to_string()),
            "{error:?}\n{sql}"
        );
        assert_eq!(bench.fingerprint(), before);
        return;
    }
    assert_eq!(bench.fingerprint(), print, "{sql}");
    assert_eq!(
        bench.list("SELECT count(*) FROM things"),
        whole.len().to_string()
    );
    assert_eq!(bench.list("SELECT count(*) FROM others"), "2");
    assert_eq!(bench.differs(&pair.before), [""; 0], "{sql}");
}

/// What a way back refuses rather than lose: two nulls that became one default are twins, which the uniqueness of before
/// does not take; and '7' that became 7.0 comes back as '7.0', which the `enum` of before does not have.
fn is_beyond_the_way_back(pair: &Pair, error: &str) -> bool {
    let was_unique = !pair.before[0].unique.is_empty();
    let was_choice = Shape::of(&pair.before[0])
        .columns
        .iter()
        .any(|column| column.options.is_some());
    was_unique && error.contains("another row has the same")
        || was_choice && error.contains("CHECK constraint failed")
}

/// Each second seed, beginning with this one: 3 and 4 in each run, and as many together as HEARTH_PAIR_SEEDS says in a
/// long one. All failures are told, each with its seed.
fn run(first: u64) {
    let seeds = std::env::var("HEARTH_PAIR_SEEDS").map_or(2, |text| text.parse().unwrap());
    let failures: Vec<String> = (first..3 + seeds)
        .step_by(2)
        .filter_map(|seed| Some(format!("seed {seed}: {}", try_seed(seed).err()?)))
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

/// Runs cases until enough were carried out. Each leaves the database empty for the next, by a revision as well.
fn try_seed(seed: u64) -> Result<(), String> {
    let config = ProptestConfig {
        cases: PAIRS,
        max_global_rejects: 20 * PAIRS,
        failure_persistence: None,
        // The same pairs in every run; another number here looks at others.
        rng_seed: RngSeed::Fixed(seed),
        ..ProptestConfig::default()
    };
    let bench = std::cell::RefCell::new(Bench::empty());
    let result = TestRunner::new(config).run(&cases(), |(pair, rows)| {
        let mut bench = bench.borrow_mut();
        let tried = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            carry_out(&mut bench, &pair, &rows)
        }));
        let empty = bench.try_generate(&[], &[]);
        match (&tried, empty) {
            (Ok(_), Ok(Some(generated))) if bench.opening.revise(&generated.up).is_ok() => {}
            (Ok(_), other) => panic!("{other:?}"),
            (Err(_), _) => *bench = Bench::empty(),
        }
        match tried {
            Ok(true) => Ok(()),
            Ok(false) => Err(TestCaseError::reject("the rows forbid it")),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().cloned();
                Err(TestCaseError::fail(text.unwrap_or("a panic".to_owned())))
            }
        }
    });
    if std::env::var_os("HEARTH_PAIR_SEEDS").is_some() {
        println!("seed {seed}: {PAIRS} pairs, ok: {}", result.is_ok());
    }
    result.map_err(|error| error.to_string())
}

#[test]
fn six_hundred_pairs_of_models_lead_there_and_back() {
    run(3);
}

#[test]
fn six_hundred_other_pairs_of_models_lead_there_and_back() {
    run(4);
}
