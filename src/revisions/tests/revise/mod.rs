//! What is generated is run on a real database: tables, rows and what was made by hand come out right, there and back.

use super::*;
use crate::revisions::{Down, Generated, Rename, differences, fingerprint, generate};

mod beside;
mod change;
mod convert;
mod losses;
mod names;
mod obstacles;
mod plain;
mod property;
mod random;
mod rows;

impl Bench {
    /// An empty database with a user.
    fn empty() -> Self {
        let mut bench = Bench::new();
        bench.user("ada");
        bench
    }

    /// With the tables of these models, made by a revision.
    fn revised(models: &[Model]) -> Self {
        let mut bench = Bench::empty();
        if !models.is_empty() {
            bench.up(models);
        }
        bench
    }

    fn try_generate(&mut self, models: &[Model], renames: &[Rename]) -> Result<Option<Generated>> {
        let models = Models::new(models.to_vec());
        self.opening
            .transaction(|tx| generate(tx, &models, renames))
    }

    fn generate(&mut self, models: &[Model]) -> Generated {
        self.try_generate(models, &[]).unwrap().unwrap()
    }

    /// Runs what is generated; nothing differs then.
    fn up(&mut self, models: &[Model]) -> Generated {
        self.up_with(models, &[])
    }

    fn up_with(&mut self, models: &[Model], renames: &[Rename]) -> Generated {
        let generated = self.try_generate(models, renames).unwrap().unwrap();
        self.opening
            .revise(&generated.up)
            .unwrap_or_else(|error| panic!("{error:?}\n{}", generated.up));
        assert_eq!(self.differs(models), [""; 0], "{}", generated.up);
        generated
    }

    fn differs(&mut self, models: &[Model]) -> Vec<String> {
        let models = Models::new(models.to_vec());
        let differences = self.opening.transaction(|tx| differences(tx, &models));
        let none = self.opening.transaction(|tx| generate(tx, &models, &[]));
        let differs = differences.unwrap().differs;
        assert_eq!(differs.is_empty(), matches!(none, Ok(None)), "{none:?}");
        differs
    }

    fn notes(&mut self, models: &[Model]) -> Vec<String> {
        let models = Models::new(models.to_vec());
        let differences = self.opening.transaction(|tx| differences(tx, &models));
        differences.unwrap().notes
    }

    fn fingerprint(&mut self) -> String {
        self.opening.transaction(|tx| fingerprint(tx)).unwrap()
    }

    /// Runs the way back.
    fn down(&mut self, generated: &Generated) {
        let Down::Sql(sql) = &generated.down else {
            panic!("{generated:?}");
        };
        let run = self.opening.revise(sql);
        run.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
    }

    /// There, and back to the schema of before.
    fn there_and_back(&mut self, models: &[Model]) -> Generated {
        let before = self.fingerprint();
        let generated = self.up(models);
        let after = self.fingerprint();
        self.down(&generated);
        assert_eq!(self.fingerprint(), before, "{generated:?}");
        self.opening.revise(&generated.up).unwrap();
        assert_eq!(self.fingerprint(), after, "{generated:?}");
        generated
    }

    /// What is generated must be refused, with all these words.
    fn forbids(&mut self, models: &[Model], words: &[&str]) {
        let message = self.try_generate(models, &[]).unwrap_err().to_string();
        for word in words {
            assert!(message.contains(word), "{word} is not in: {message}");
        }
        let differs = self
            .opening
            .transaction(|tx| differences(tx, &Models::new(models.to_vec())));
        assert!(!differs.unwrap().differs.is_empty());
    }
}

/// Whether ALTER TABLE was enough.
fn is_cheap(generated: &Generated) -> bool {
    !generated.up.contains("INSERT INTO")
}
