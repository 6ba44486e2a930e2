//! Whom a correction goes to: the services that hold what is said to be wrong.
//!
//! Nothing is written here. The invariant: each service is told of its own
//! records only, in its own words for them.

use firebox_contract::correction::{About as Named, Field};
use firebox_contract::record::{HazardFlag, Person, Record, State, Uprn};
use firebox_protocol::query::About;
use firebox_protocol::settings::Service;
use firebox_protocol::{Code, Settings};
use jiff::civil::Date;
use rusqlite::Connection;

use super::Failure;
use super::statement::{Statement, in_order};
use crate::address;
use crate::database::{DatabaseError, stored};
use crate::people;
use crate::warnings::Look;

/// Most bytes of record names in one correction: 64 of the longest would not
/// fit its ciphertext. The service finds the rest by the person's reference.
const MAX_NAMES_BYTES: usize = 24 * 1024;

/// What is said to be wrong, or reported.
#[derive(Clone, Copy)]
pub(super) enum What<'q> {
    /// A field.
    Field(Field),
    /// A hazard of this code that nobody recorded.
    NewHazard(&'q str),
}

impl What<'_> {
    /// Gives the field; none: a new hazard.
    pub(super) fn field(self) -> Option<Field> {
        match self {
            Self::Field(field) => Some(field),
            Self::NewHazard(_) => None,
        }
    }
}

/// What a correction is about, and who holds it.
pub(super) struct Matter<'s> {
    /// The address, where it is about one.
    pub(super) uprn: Option<Uprn>,
    /// Everything it touches, of whatever service.
    pub(super) touched: Vec<i64>,
    /// The services to tell, in the settings' order.
    pub(super) holders: Vec<Holder<'s>>,
}

/// A service that is to be told.
pub(super) struct Holder<'s> {
    pub(super) service: &'s Service,
    /// As it names it itself.
    pub(super) about: Named,
    /// Its statements, in order.
    pub(super) statements: Vec<Statement>,
}

/// Finds whom to tell.
pub(super) struct Search<'a> {
    pub(super) connection: &'a Connection,
    pub(super) settings: &'a Settings,
    pub(super) today: Date,
}

impl<'a> Search<'a> {
    /// Finds who holds a field of something.
    pub(super) fn holders(&self, about: About, field: Field) -> Result<Matter<'a>, Failure> {
        match about {
            About::Person(id) => self.of_person(id, field),
            About::Flag(id) => self.of_flag(id, field),
            About::Property(uprn) => self.of_property(uprn, field),
        }
    }

    /// Prepares the report of a new hazard to one service.
    pub(super) fn report(
        &self,
        uprn: Uprn,
        category: &str,
        to: &str,
    ) -> Result<Matter<'a>, Failure> {
        let mut services = self.settings.services.iter();
        let service = services
            .find(|service| service.id == to)
            .ok_or(Code::NobodyToTell)?;
        // Kept so that what stands there already does not settle it.
        let mut statements = self.flags_at(uprn, service)?;
        statements.retain(|one| is_flag(one, category));
        Ok(Matter {
            uprn: Some(uprn),
            touched: Vec::new(),
            holders: vec![Holder {
                service,
                about: Named::Property { uprn },
                statements,
            }],
        })
    }

    fn of_person(&self, id: i64, field: Field) -> Result<Matter<'a>, Failure> {
        let mut all = Vec::new();
        for id in people::person_of(self.connection, id)? {
            if let Some(statement) = Statement::load(self.connection, id)?
                && let Record::Person(_) = statement.record
            {
                all.push(statement);
            }
        }
        let in_force = |person: &Person, withheld: bool| {
            let safety = person.safety.as_ref();
            safety.is_some_and(|safety| {
                let begun = safety.since.is_none_or(|since| since <= self.today);
                let lasts = safety.until.is_none_or(|until| until >= self.today);
                begun && lasts && (safety.withheld || !withheld)
            })
        };
        if all.is_empty() || people_of(&all).any(|person| in_force(person, true)) {
            return Err(Code::NotFound.into());
        }
        // Under a safety marker nobody is shown who may speak; who is told must not show it either.
        let hidden = field == Field::Proxy && people_of(&all).any(|person| in_force(person, false));
        // What must be done before talking is its holder's alone to change: nobody else is told.
        let nobodys = || !people_of(&all).any(|person| field.stands_in(person));
        let everybody = hidden || field != Field::Warning && nobodys();
        let holds = |own: &[Statement]| people_of(own).any(|person| field.stands_in(person));
        let holders = self
            .by_service(&all)
            .filter(|(_, own)| everybody || holds(own));
        Ok(Matter {
            uprn: None,
            touched: all.iter().map(|statement| statement.id).collect(),
            holders: holders
                .map(|(service, statements)| Holder {
                    service,
                    about: person_named(&statements),
                    statements,
                })
                .collect(),
        })
    }

    fn of_flag(&self, id: i64, field: Field) -> Result<Matter<'a>, Failure> {
        let statement = Statement::load(self.connection, id)?.ok_or(Code::NotFound)?;
        let Record::Hazard(flag) = &statement.record else {
            return Err(Code::NotFound.into());
        };
        if !self.in_force(flag) {
            return Err(Code::NotFound.into());
        }
        if !matches!(field, Field::Warning | Field::Missing) {
            return Err(Code::NobodyToTell.into());
        }
        let about = Named::Warning {
            record: statement.name(),
            uprn: match flag.location {
                firebox_contract::record::Location::Uprn(uprn) => Some(uprn),
                _ => None,
            },
        };
        let service = self.settings.service_of(&statement.source);
        let holder = service.map(|service| Holder {
            service,
            about,
            statements: vec![statement],
        });
        Ok(Matter {
            uprn: None,
            touched: vec![id],
            holders: holder.into_iter().collect(),
        })
    }

    fn of_property(&self, uprn: Uprn, field: Field) -> Result<Matter<'a>, Failure> {
        let properties = self.properties(uprn)?;
        let mut holders = Vec::new();
        let mut known = !properties.is_empty();
        for service in &self.settings.services {
            let flags = self.flags_at(uprn, service)?;
            known |= !flags.is_empty();
            let own = properties.iter().filter(|one| one.is_of(service)).cloned();
            let (holds, mut statements) = match field {
                Field::Address => (true, own.collect::<Vec<_>>()),
                Field::Warning => (true, flags),
                // A warning that appears there is what was missing as well.
                Field::Missing => {
                    let own: Vec<Statement> = own.collect();
                    (!own.is_empty(), [own, flags].concat())
                }
                _ => (false, Vec::new()),
            };
            if holds && !statements.is_empty() {
                in_order(&mut statements);
                holders.push(Holder {
                    service,
                    about: Named::Property { uprn },
                    statements,
                });
            }
        }
        if !known {
            return Err(Code::NotFound.into());
        }
        Ok(Matter {
            uprn: Some(uprn),
            touched: Vec::new(),
            holders,
        })
    }

    /// Gives the warnings a look-up shows at an address that are this service's, in order.
    pub(super) fn flags_at(
        &self,
        uprn: Uprn,
        service: &Service,
    ) -> Result<Vec<Statement>, DatabaseError> {
        let address = address::load(self.connection, uprn.number())?;
        let around = Look::new(self.connection, self.settings, self.today).around(&address)?;
        let mut flags = Vec::new();
        for flag in around.flags {
            let statement = Statement::load(self.connection, flag.record)?;
            flags.extend(statement.filter(|one| one.is_of(service)));
        }
        in_order(&mut flags);
        Ok(flags)
    }

    fn properties(&self, uprn: Uprn) -> Result<Vec<Statement>, DatabaseError> {
        let mut query = self
            .connection
            .prepare_cached("SELECT statement FROM property WHERE uprn = ?1")?;
        let ids = query.query_map([stored(uprn.number())?], |row| row.get::<_, i64>(0))?;
        let mut found = Vec::new();
        for id in ids {
            found.extend(Statement::load(self.connection, id?)?);
        }
        Ok(found)
    }

    fn in_force(&self, flag: &HazardFlag) -> bool {
        let lasts = flag.end.as_ref().is_none_or(|end| end.on >= self.today);
        flag.state != State::Ended && lasts
    }

    /// Parts statements by service; one whose feed is no longer configured has nobody to tell.
    fn by_service(&self, all: &[Statement]) -> impl Iterator<Item = (&'a Service, Vec<Statement>)> {
        self.settings.services.iter().filter_map(|service| {
            let mut own: Vec<Statement> = all
                .iter()
                .filter(|one| one.is_of(service))
                .cloned()
                .collect();
            in_order(&mut own);
            (!own.is_empty()).then_some((service, own))
        })
    }
}

/// Tells whether a statement is a warning of this code.
pub(super) fn is_flag(statement: &Statement, code: &str) -> bool {
    matches!(&statement.record, Record::Hazard(flag) if flag.code == code)
}

fn people_of(statements: &[Statement]) -> impl Iterator<Item = &Person> {
    statements.iter().filter_map(|one| match &one.record {
        Record::Person(person) => Some(person.as_ref()),
        Record::Property(_) | Record::Hazard(_) => None,
    })
}

/// Names a person as the service does.
fn person_named(statements: &[Statement]) -> Named {
    let own = people_of(statements).find_map(|person| person.reference.clone());
    let key = || statements.first().map(|one| one.key.clone());
    let mut room = MAX_NAMES_BYTES;
    let names = statements.iter().map(Statement::name);
    let fits = |name: &String| {
        // As the sealed document writes it, with its escapes.
        let bytes = serde_json::to_string(name).map_or(usize::MAX, |text| text.len() + 1);
        let left = room.checked_sub(bytes);
        room = left.unwrap_or(0);
        left.is_some()
    };
    Named::Person {
        reference: own.or_else(key).unwrap_or_default(),
        records: names.take_while(fits).collect(),
    }
}
