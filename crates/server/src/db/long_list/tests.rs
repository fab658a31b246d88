use api_types::{ActorKind, AuditAction, SyncOutcome, SyncRunId, SyncedPersonQuery, UserId};

use super::*;
use crate::db::audit::{self, EventSubject, NewEvent};
use crate::db::field_sync::people::{self, Person, StoredPerson};
use crate::db::test::{check_plan, database, plan, sqlite_database};
use crate::db::{DbResult, Tx};
use crate::platform::clock::Millis;
use crate::platform::secrets::Keyring;

/// More than a search for a character or two compares, so that some are found by the index alone.
const PEOPLE: i64 = 12_000;

fn person(id: i64) -> StoredPerson {
    let (first_name, last_name) = match id {
        7 => ("\"Bob\"", "O'Neil"),
        9 => ("50%_a\\b", "\u{1f44d}"),
        11_990 => ("서연", "김"),
        11_995 => ("Qz", "ÜNAL"),
        _ if id % 4 == 0 => ("Ana", "García"),
        _ => ("Kofi", "Mensah"),
    };
    let person = Person {
        marketo_id: id,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email: format!("p{id}@example.com"),
        company: String::new(),
        title: String::new(),
        phone_number: String::new(),
        linkedin_url: String::new(),
        source: String::new(),
        salesforce_contact_id: None,
        salesforce_lead_id: None,
        salesforce_account_id: None,
        salesforce_opportunity_id: None,
    };
    let outcome = if id % 500 == 0 { SyncOutcome::Updated } else { SyncOutcome::Created };
    StoredPerson { person, fingerprint: id, outcome }
}

fn is_found(stored: &StoredPerson, search: &str, outcome: Option<SyncOutcome>) -> bool {
    let person = &stored.person;
    let text = unaccented(&format!("{} {} {}", person.first_name, person.last_name, person.email));
    text.contains(&unaccented(search.trim())) && outcome.is_none_or(|outcome| stored.outcome == outcome)
}

async fn store(tx: &mut Tx, account: &AccountId, people: &[StoredPerson]) {
    for people in people.chunks(crate::db::ROWS_PER_STATEMENT) {
        people::upsert(tx, account, &SyncRunId("pass".to_owned()), people, Millis(0)).await.unwrap();
        people::came(tx, account, i64::try_from(people.len()).unwrap()).await.unwrap();
    }
}

async fn find(
    conn: &mut Conn,
    account: &AccountId,
    search: &str,
    outcome: Option<SyncOutcome>,
    after: Option<i64>,
) -> (Vec<i64>, Total) {
    let query = SyncedPersonQuery { search: Some(search.to_owned()), outcome, ..Default::default() };
    let (people, total) = people::list(conn, account, &query, after, 51).await.unwrap();
    (people.into_iter().map(|person| i64::try_from(person.marketo_id).unwrap()).collect(), total)
}

#[tokio::test]
async fn p7_a_search_finds_what_comparing_every_text_would() {
    let (db, account, _folder) = database().await;
    let everybody: Vec<StoredPerson> = (1..=PEOPLE).map(person).collect();
    let mut tx = db.write().await.unwrap();
    // The latest first, as a sync brings them.
    let latest_first: Vec<StoredPerson> = (1..=PEOPLE).rev().map(person).collect();
    store(&mut tx, &account, &latest_first).await;
    tx.commit().await.unwrap();

    let conn = &mut *db.read().await.unwrap();
    let searches = [
        "",
        "e",
        "an",
        "김",
        "서연",
        "qz",
        "ünal",
        "Ünal",
        "ÜNAL P",
        "zq",
        "\"",
        "\"bob\" o'n",
        "50%",
        "%_",
        "a\\b",
        "👍",
        "m",
        ".com",
        "example.com",
        "p1",
        "p11995@",
        "  ana  ",
        "ana garcía p",
        "garcia",
        "ia",
        "í",
        "UNAL p",
        "nobody",
        "mensaha",
        "a OR b",
    ];
    for search in searches {
        for outcome in
            [None, Some(SyncOutcome::Created), Some(SyncOutcome::Updated), Some(SyncOutcome::Unchanged)]
        {
            let expected: Vec<i64> = everybody
                .iter()
                .filter(|stored| is_found(stored, search, outcome))
                .map(|stored| stored.person.marketo_id)
                .collect();
            for after in [None, Some(40), Some(6_000), Some(11_980), Some(PEOPLE)] {
                let case = format!("{search:?} {outcome:?} after {after:?}");
                let (found, total) = find(conn, &account, search, outcome, after).await;
                let page = expected.iter().copied().filter(|id| after.is_none_or(|after| *id > after));
                assert!(found.iter().copied().eq(page.take(51)), "{case}: {found:?}");
                let all = expected.len() as u64;
                match total {
                    Total::Exactly(total) => assert_eq!(total, all, "{case}"),
                    Total::AtLeast(total) => {
                        assert!(total <= all && total > u64::from(PAGE_MAX), "{case}: {total} of {all}");
                    }
                }
            }
        }
    }
    // Neither can be in a text that is stored.
    assert_eq!(find(conn, &account, "a\0b", None, None).await, (Vec::new(), Total::Exactly(0)));
}

#[tokio::test]
async fn p7_a_search_follows_what_changes() -> DbResult<()> {
    let (db, account, _folder) = database().await;
    let mut tx = db.write().await?;
    store(&mut tx, &account, &[person(1), person(2), person(3)]).await;
    let later = SyncRunId("later".to_owned());
    let mut renamed = person(2);
    renamed.person.last_name = "Ñandú".to_owned();
    // The last of the same person counts.
    people::upsert(&mut tx, &account, &later, &[person(2), renamed, person(3)], Millis(0)).await?;
    people::delete(&mut tx, &account, &[3]).await?;
    assert_eq!(find(&mut tx, &account, "mensah", None, None).await.0, [1]);
    assert_eq!(find(&mut tx, &account, "ñand", None, None).await.0, [2]);
    assert_eq!(find(&mut tx, &account, "du", None, None).await, (vec![2], Total::Exactly(1)));
    store(&mut tx, &account, &[person(3)]).await;
    assert_eq!(find(&mut tx, &account, "mensah", None, None).await.0, [1, 3]);
    people::delete_others(&mut tx, &account, &later, 0, 10).await?;
    assert_eq!(find(&mut tx, &account, "example", None, None).await.0, [2]);
    Ok(())
}

#[tokio::test]
async fn events_of_one_moment_keep_their_order_and_pages_lose_none() -> DbResult<()> {
    let (db, account, folder) = database().await;
    let keyring = Keyring::load(None, folder.path())?;
    let (ana, bob) = (UserId("ana".to_owned()), UserId("bob".to_owned()));
    let mut tx = db.write().await?;
    for number in 0..30_i64 {
        let subject = format!("Évent {number}");
        let at = Millis(1_700_000_000_000 + number / 10);
        let action = if number % 3 == 0 { AuditAction::TeamCreated } else { AuditAction::TeamDeleted };
        let event = NewEvent {
            at,
            kind: ActorKind::Person,
            key: None,
            actor: "Ana",
            actor_id: (number % 2 == 0).then_some(&ana),
            action: action.as_str(),
            request_id: "r",
            address: None,
        };
        let subject =
            EventSubject { text: &subject, person_id: (number % 5 == 0).then_some(&bob), changes: &[] };
        audit::insert(&mut tx, &keyring, &account, &event, &[subject]).await?;
    }
    let mut filter = audit::Filter { search: Some("EVENT"), ..audit::Filter::default() };
    let (mut before, mut subjects) = (None, Vec::new());
    loop {
        let (page, total) = audit::list(&mut tx, &keyring, &account, &filter, before, 7).await?;
        assert_eq!(total, Total::Exactly(30));
        let Some((last, _)) = page.last() else { break };
        before = Some(*last);
        subjects.extend(page.into_iter().map(|(_, event)| event.subject));
    }
    assert!(
        subjects.iter().map(String::as_str).eq((0..30)
            .rev()
            .map(|n| format!("Évent {n}"))
            .collect::<Vec<_>>()
            .iter()
            .map(String::as_str))
    );
    filter.from = Some(Millis(1_700_000_000_001));
    filter.until = Some(Millis(1_700_000_000_002));
    filter.action = Some(AuditAction::TeamCreated);
    let (page, total) = audit::list(&mut tx, &keyring, &account, &filter, None, 50).await?;
    let subjects: Vec<_> = page.iter().map(|(_, event)| event.subject.as_str()).collect();
    assert_eq!(
        (subjects.as_slice(), total),
        (["Évent 18", "Évent 15", "Évent 12"].as_slice(), Total::Exactly(3))
    );
    let of = |actor, person| audit::Filter { actor, person, ..audit::Filter::default() };
    for (filter, expected) in [
        (of(Some(&ana), None), 15),
        (of(None, Some(&bob)), 6),
        (of(Some(&ana), Some(&bob)), 3),
        (of(Some(&bob), None), 0),
        (audit::Filter { action: Some(AuditAction::TeamCreated), ..of(Some(&ana), None) }, 5),
        (audit::Filter { action: Some(AuditAction::TeamCreated), ..of(None, Some(&bob)) }, 2),
        (audit::Filter { search: Some("évent 2"), ..of(Some(&ana), None) }, 6),
    ] {
        let (page, total) = audit::list(&mut tx, &keyring, &account, &filter, None, 50).await?;
        assert_eq!((page.len(), total), (expected, Total::Exactly(expected as u64)), "{filter:?}");
    }
    Ok(())
}

#[tokio::test]
async fn p7_no_question_reads_a_long_list_from_end_to_end() {
    let (db, account, _folder) = sqlite_database().await;
    let conn = &mut *db.read().await.unwrap();
    let events = LongList {
        table: "audit_events",
        key: "place",
        direction: Direction::Descending,
        index: "audit_search",
        offset: 0,
        account_id: &account,
        size: None,
        filters: &[],
    };
    let people = LongList {
        table: "synced_people",
        key: "marketo_id",
        direction: Direction::Ascending,
        index: "synced_people_search",
        ..events
    };
    type Filters<'a> = &'a [(&'static str, &'a str)];
    let lists: [(LongList<'_>, Vec<Filters<'_>>); 2] = [
        (
            events,
            vec![
                &[],
                &[("action", "x")],
                &[("actor_id", "x")],
                &[("person_id", "x")],
                &[("person_id", "x"), ("actor_id", "x"), ("action", "x")],
                &[("actor_id", "x"), ("action", "x")],
            ],
        ),
        (people, vec![&[], &[("outcome", "x")]]),
    ];
    for (list, filters) in lists {
        for filters in filters {
            let list = LongList { filters, ..list };
            for way in [Way::Walk, Way::Compare("%x%"), Way::Index("\"xyz\"")] {
                let mut select = Builder::default();
                list.push_select(&mut select, way, 1..9, 51);
                let steps = plan(conn, &select).await;
                check_plan(&steps);
                if let (Some((column, _)), Way::Walk | Way::Compare(_)) = (filters.first(), way) {
                    let index =
                        format!("COVERING INDEX {}_by_{}", list.table, column.trim_end_matches("_id"));
                    assert!(steps[0].contains(&index), "{steps:#?}");
                }
                let begins = if matches!(way, Way::Index(_)) { "SCAN f" } else { "SEARCH t" };
                assert!(steps[0].starts_with(begins), "{steps:#?}");
                assert!(
                    steps.iter().all(|step| !step.starts_with("SEARCH t") || step.contains("(account_id=?"))
                );
            }
            let steps = plan(conn, &list.first("%x%", 1..9, 51)).await;
            let range = format!("AND {0}>? AND {0}<?)", list.key);
            assert!(
                steps.iter().any(|step| step.starts_with("SEARCH t") && step.ends_with(&range)),
                "{steps:#?}"
            );
        }
        check_plan(&plan(conn, &crate::db::sqlite::search::vocabulary(list.index, "x", "y")).await);
    }
}
