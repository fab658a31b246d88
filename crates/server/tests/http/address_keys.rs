//! The address keys of the account, and that a browser's verdicts by them are the server's.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use api_types::{Account, InvitationId, List, NewRow, ProblemCode, RowVerdict, Team, User, Workspace, paths};
use reqwest::Method;
use roster::{
    AddressKeys, Changes, Check, Field, Filter, Fix, Invitee, Known, NativeDecoders, Overrides, Review, Role,
    RowView, Standing, Verdict,
};
use serde_json::json;

use crate::harness::{Answer, Client, Server, csv, row, send};
use crate::long_lists::{database, many_people};
use crate::marketo::sql;
use crate::performance::report;
use crate::restart::{Process, Statement, statements};

async fn keys(client: &Client) -> AddressKeys {
    let answer = client.get(paths::ADDRESS_KEYS).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, Some("application/octet-stream"))
    );
    AddressKeys::from_bytes(&answer.body).expect("address keys")
}

async fn find(client: &Client, email: &str) -> User {
    let found: List<User> = client.get(&format!("{}?search={email}", paths::USERS)).await.json();
    found.items.into_iter().next().expect("somebody")
}

async fn known_as(client: &Client, known: Option<&str>) -> Answer {
    let request = client.request(Method::GET, paths::ADDRESS_KEYS);
    send(match known {
        Some(etag) => request.header("if-none-match", etag),
        None => request,
    })
    .await
}

#[tokio::test]
async fn s12_the_account_tells_who_is_known_and_no_address() {
    let server = Server::start().await;
    let admin = server.admin().await;
    server.member("member@example.com").await;
    let gone = server.member("gone@example.com").await;
    assert_eq!(gone.get(paths::ADDRESS_KEYS).await.code(), ProblemCode::Forbidden);
    let id = find(&admin, "gone@example.com").await.id;
    admin.post(&paths::user_deactivate(&id), &()).await.json::<User>();
    admin.invite(&[row(2, "Invited@例子.测试"), row(3, "revoked@example.com")]).await;
    let invitation: InvitationId =
        find(&admin, "revoked@example.com").await.invitation.expect("an invitation").id;
    admin.once(&paths::invitation_revoke(&invitation), &()).await;

    let keys_now = keys(&admin).await;
    let standings = |keys: &AddressKeys| {
        [
            "marketo.admin@example.com",
            "member@example.com",
            "gone@example.com",
            "invited@xn--fsqu00a.xn--0zwm56d",
        ]
        .map(|address| keys.standing(address))
    };
    let (active, gone) = (Some(Standing::Active), Some(Standing::Deactivated));
    assert_eq!(standings(&keys_now), [active, active, gone, Some(Standing::Invited)]);
    assert_eq!((keys_now.len(), keys_now.standing("revoked@example.com")), (4, None));

    let first = known_as(&admin, None).await;
    let etag = first.header("etag").expect("an ETag").to_owned();
    let again = known_as(&admin, Some(&etag)).await;
    assert_eq!(
        (again.status.as_u16(), again.body.len(), again.header("etag")),
        (304, 0, Some(etag.as_str()))
    );
    // An invitation expires by itself.
    server.clock.advance(Duration::from_secs(8 * 24 * 3600));
    let admin = server.admin().await;
    let later = known_as(&admin, Some(&etag)).await;
    assert_eq!(later.status, 200);
    let later = AddressKeys::from_bytes(&later.body).expect("address keys");
    assert_eq!(standings(&later), [active, active, gone, None]);
    assert_eq!(later.seed(), keys_now.seed(), "the account's own");
    assert_ne!(keys(&Server::start().await.admin().await).await.seed(), keys_now.seed(), "and nobody else's");
}

#[tokio::test]
async fn p10_keys_that_are_known_are_not_read_again() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start_logging_statements(data.path());
    let admin = process.admin().await;
    admin.invite(&[row(2, "ana@example.com"), row(3, "bob@example.com")]).await;
    let etag = known_as(&admin, None).await.header("etag").expect("an ETag").to_owned();
    for _ in 0..5 {
        assert_eq!(known_as(&admin, Some(&etag)).await.status, 304);
    }
    // What is no matter of addresses.
    let ana = find(&admin, "ana@example.com").await;
    let role = admin.request(Method::PATCH, &paths::user(&ana.id)).header("if-match", "*");
    assert_eq!(send(role.json(&json!({"role": "admin"}))).await.status, 200);
    assert_eq!(known_as(&admin, Some(&etag)).await.status, 304);
    let mut known = etag;
    for change in 0..4 {
        match change {
            0 => drop(admin.invite(&[row(2, "eva@example.com")]).await),
            1 => {
                let id = ana.invitation.as_ref().expect("an invitation").id.clone();
                let to = json!({"email": "anna@example.com"});
                assert_eq!(admin.once(&paths::invitation_resend(&id), &to).await.status, 200);
            }
            2 => {
                let eva = find(&admin, "eva@example.com").await.invitation.expect("an invitation").id;
                assert_eq!(admin.once(&paths::invitation_revoke(&eva), &()).await.status, 200);
            }
            _ => {
                let link = admin.mail_to("bob@example.com").await.link();
                Client::new(&process.base).activate(&link).await;
            }
        }
        let answer = known_as(&admin, Some(&known)).await;
        assert_eq!(answer.status, 200, "{change}");
        known = answer.header("etag").expect("an ETag").to_owned();
    }
    let read = |statement: &Statement| statement.text.starts_with("SELECT email_key, status FROM users");
    assert_eq!(statements(&process.kill()).filter(read).count(), 5);
}

#[tokio::test]
async fn the_seed_outlives_the_server() {
    let mut server = Server::start().await;
    let before = keys(&server.admin().await).await;
    server.restart().await;
    assert_eq!(keys(&server.admin().await).await, before);
}

/// A file in memory, checked as the Worker does.
struct File {
    text: String,
    known: Known,
    keys: Arc<AddressKeys>,
    review: Review,
}

fn review(text: &str, known: &Known, keys: &Arc<AddressKeys>, changes: Changes) -> Review {
    let head = &text.as_bytes()[..text.len().min(roster::HEAD_SIZE)];
    let opened =
        roster::open(head, head.len() == text.len(), &Overrides::default(), &NativeDecoders).expect("a file");
    let mut check =
        Check::new(opened.dialect, &opened.mapping, known, changes, &NativeDecoders, true, keys.clone());
    for piece in text.as_bytes().chunks(1_000) {
        check.space(piece.len()).copy_from_slice(piece);
        check.advance(piece.len()).expect("UTF-8");
    }
    check.finish(text.len() as u64).expect("UTF-8")
}

impl File {
    fn new(text: String, known: Known, keys: AddressKeys) -> Self {
        let keys = Arc::new(keys);
        let review = review(&text, &known, &keys, Changes::default());
        Self { text, known, keys, review }
    }

    /// The same file with the same changes, checked without the account's people and seats.
    fn unasked(&self) -> Self {
        let known = Known { free_seats: None, ..self.known.clone() };
        let keys = Arc::new(AddressKeys::empty(self.keys.seed()));
        let review = review(&self.text, &known, &keys, self.review.changes().clone());
        Self { text: self.text.clone(), known, keys, review }
    }

    fn each<T>(&self, rows: &[u64], mut of: impl FnMut(&Review, &roster::Record<'_>) -> T) -> Vec<T> {
        let mut found = Vec::new();
        for span in self.review.spans(rows) {
            let range = span.source.start as usize..span.source.end as usize;
            let bytes = &self.text.as_bytes()[range];
            self.review.read(&span, bytes, &NativeDecoders, |record| found.push(of(&self.review, record)));
        }
        found
    }

    fn rows(&self) -> Vec<RowView> {
        let (_, rows) = self.review.select(Filter::All, None, 0, usize::MAX);
        self.each(&rows, Review::view)
    }

    fn invitees(&self) -> Vec<Invitee> {
        let (rows, _) = self.review.invitable(1, usize::MAX);
        self.each(&rows, |review, record| review.invitee(record)).into_iter().flatten().collect()
    }

    fn edit(&mut self, row: u64, field: Field, value: &str) {
        let span = self.review.spans(&[row]).pop().expect("the row");
        let bytes = self.text.as_bytes()[span.source.start as usize..span.source.end as usize].to_vec();
        let edit =
            |review: &mut Review, record: &roster::Record<'_>| review.edit(record, field, value.to_owned());
        self.review.change(&span, &bytes, &NativeDecoders, edit).expect("the row");
    }

    fn fix(&mut self, fix: Fix) {
        let mut changes = self.review.changes().clone();
        changes.fix(fix);
        self.review = review(&self.text, &self.known, &self.keys, changes);
    }
}

/// A row that the app would not send, with the file's own values.
fn unsent(view: RowView) -> NewRow {
    let filled = |text: String| (!text.is_empty()).then_some(text);
    let values = view.values;
    NewRow {
        row: view.row as u32,
        email: values.email,
        first_name: filled(values.first_name),
        last_name: filled(values.last_name),
        role: filled(values.role),
        // The server knows `Everyone` by its own name only, as which the app sends it.
        teams: values.teams.split(';').map(|team| team.trim().replace("全員", "Everyone")).collect(),
        workspace: filled(values.workspace),
        language: filled(values.language),
    }
}

/// The row's verdict. To the server, to which only decided rows are sent, one that contradicts an earlier row is a duplicate.
fn verdict(view: &RowView) -> Verdict {
    if view.differing.is_empty() { view.verdict } else { Verdict::Duplicate }
}

fn as_of_the_server(verdict: Verdict) -> RowVerdict {
    match verdict {
        Verdict::Ready | Verdict::Warning => RowVerdict::Ready,
        Verdict::Error => RowVerdict::Error,
        Verdict::Duplicate => RowVerdict::Duplicate,
        Verdict::Member => RowVerdict::Member,
        Verdict::Invited => RowVerdict::Invited,
        Verdict::OverSeats => RowVerdict::OverSeats,
    }
}

/// The same numbers for the same seed.
struct Random(u32);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 16) as usize % bound
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

const PEOPLE: [&str; 9] = [
    "marketo.admin@example.com",
    "member@example.com",
    "gone@example.com",
    "open@example.com",
    "open@xn--fsqu00a.xn--0zwm56d",
    "expired@example.com",
    "expired@xn--bcher-kva.example",
    "revoked@example.com",
    "stranger@example.com",
];

/// A person's address as files spell it.
fn spelling(random: &mut Random, address: &str) -> String {
    let address = match random.below(3) {
        0 => address.replace("xn--fsqu00a.xn--0zwm56d", "例子.测试").replace("xn--bcher-kva", "Bücher"),
        1 => address.to_uppercase(),
        _ => address.to_owned(),
    };
    match random.below(5) {
        0 => format!("  {address} "),
        1 => format!("\"Somebody <{address}>\""),
        2 => format!("mailto:{address}"),
        _ => address,
    }
}

fn address(random: &mut Random, row: usize) -> String {
    match random.below(8) {
        0..4 => {
            let known = PEOPLE[random.below(PEOPLE.len())];
            spelling(random, known)
        }
        4 => spelling(random, &format!("again{}@example.com", random.0 % 6)),
        5 => random
            .one_of(&["two@@example.com", "", "dot.@example.com", "a@localhost", "用户@example.com"])
            .to_owned(),
        _ => spelling(random, &format!("person{row}@example.org")),
    }
}

fn file(random: &mut Random, rows: usize) -> String {
    let long = "x".repeat(300);
    let mut text = "Email,First name,Role,Teams,Workspace,Language\n".to_owned();
    for row in 0..rows {
        let role = random.one_of(&["", "", "User", "관리자", "Usuario", "Boss"]);
        let teams = random.one_of(&[
            "",
            "",
            "EMEA Sales",
            "inside sales; Everyone",
            "全員",
            "Nobody",
            "EMEA Sales;Nobody",
        ]);
        let workspace = random.one_of(&["", "", "", "Default", "default ", "Mars"]);
        let language = random.one_of(&["", "es", "Klingon"]);
        let name = random.one_of(&[
            "Ana",
            "O'Neil",
            "=1+1",
            "A\u{200b}na",
            "",
            if row % 9 == 0 { &long } else { "Bo" },
        ]);
        text.push_str(&format!("{},{name},{role},{teams},{workspace},{language}\n", address(random, row)));
    }
    text
}

async fn verdicts(client: &Client, rows: &[NewRow], dry_run: bool) -> BTreeMap<u32, RowVerdict> {
    let mut new = csv(rows.len());
    new.dry_run = dry_run;
    let batch = client.open_batch(&new).await;
    let mut verdicts = BTreeMap::new();
    for (index, rows) in (0..).zip(rows.chunks(37)) {
        verdicts.extend(
            client.add(&batch.id, index, rows).await.rows.into_iter().map(|row| (row.row, row.verdict)),
        );
    }
    client.seal(&batch.id).await;
    client.settled(&batch.id).await;
    verdicts
}

async fn learn(client: &Client) -> (Known, AddressKeys) {
    let teams: List<Team> = client.get(paths::TEAMS).await.json();
    let workspaces: List<Workspace> = client.get(paths::WORKSPACES).await.json();
    let account: Account = client.get(paths::ACCOUNT).await.json();
    let default_workspace = workspaces.items.iter().find(|workspace| workspace.default);
    let known = Known {
        default_workspace: default_workspace.map(|workspace| workspace.name.clone()),
        teams: Some(teams.items.into_iter().map(|team| team.name).collect()),
        workspaces: Some(workspaces.items.into_iter().map(|workspace| workspace.name).collect()),
        own_domains: vec!["example.com".to_owned()],
        free_seats: Some(account.seats.free().into()),
        ..Known::default()
    };
    (known, keys(client).await)
}

/// Members, invited people, and people whose invitation is no longer valid.
async fn account_of(seats: u32) -> (Server, Client) {
    let server = Server::start_with(|config| config.account.seats = Some(seats)).await;
    let admin = server.admin().await;
    admin.invite(&[row(2, "expired@example.com"), row(3, "expired@bücher.example")]).await;
    server.clock.advance(Duration::from_secs(8 * 24 * 3600));
    server.member("member@example.com").await;
    server.member("gone@example.com").await;
    let admin = server.admin().await;
    let id = find(&admin, "gone@example.com").await.id;
    admin.post(&paths::user_deactivate(&id), &()).await.json::<User>();
    admin
        .invite(&[row(2, "Open@example.com"), row(3, "open@例子.测试"), row(4, "revoked@example.com")])
        .await;
    let invitation = find(&admin, "revoked@example.com").await.invitation.expect("an invitation").id;
    admin.once(&paths::invitation_revoke(&invitation), &()).await;
    (server, admin)
}

#[tokio::test]
async fn r18_the_verdicts_of_a_review_are_those_of_the_sending() {
    const ROWS: usize = 90;
    let mut told = [0_u64; 7];
    for seed in 1..=6 {
        let (_server, admin) = account_of(if seed == 6 { 5 } else { 24 }).await;
        let mut random = Random(seed);
        let (known, keys) = learn(&admin).await;
        let mut file = File::new(file(&mut random, ROWS), known, keys);
        for _ in 0..12 {
            let row = 2 + random.below(ROWS) as u64;
            match random.below(4) {
                0 => file.edit(row, Field::Role, random.one_of(&["User", "Boss"])),
                _ => {
                    let address = address(&mut random, row as usize);
                    file.edit(row, Field::Email, address.trim_matches('"'));
                }
            }
        }
        if seed % 2 == 0 {
            file.fix(Fix::UnknownRolesAs { role: Role::User });
            file.fix(Fix::DropUnknownTeams);
        }
        let said: BTreeMap<u32, Verdict> =
            file.rows().into_iter().map(|view| (view.row as u32, verdict(&view))).collect();
        for verdict in said.values() {
            told[Verdict::ALL.iter().position(|other| other == verdict).expect("one of them")] += 1;
        }

        // Whatever could be sent, in the order of the file: those who are ready but for the account's word, and the
        // rest.
        let unasked = file.unasked();
        let mut rows: BTreeMap<u64, NewRow> =
            unasked.rows().into_iter().map(|view| (view.row, unsent(view))).collect();
        rows.extend(unasked.invitees().into_iter().map(|invitee| (invitee.row, NewRow::from(invitee))));
        let rows: Vec<NewRow> = rows.into_values().collect();
        let expected: BTreeMap<u32, RowVerdict> =
            said.iter().map(|(&row, &verdict)| (row, as_of_the_server(verdict))).collect();
        let judged = verdicts(&admin, &rows, true).await;
        let differ: Vec<_> = rows
            .iter()
            .filter(|row| judged[&row.row] != expected[&row.row])
            .map(|row| (row, said[&row.row], judged[&row.row]))
            .collect();
        assert!(differ.is_empty(), "seed {seed}: {differ:#?}");

        // Every row that the app sends is ready, and known from then on.
        let sent: Vec<NewRow> = file.invitees().into_iter().map(NewRow::from).collect();
        let judged = verdicts(&admin, &sent, false).await;
        assert!(judged.values().all(|verdict| *verdict == RowVerdict::Ready), "seed {seed}: {judged:?}");
        let (known, keys) = learn(&admin).await;
        assert_eq!(keys.len(), 5 + sent.len());
        let after = File {
            review: review(&file.text, &known, &Arc::new(keys.clone()), file.review.changes().clone()),
            text: file.text,
            known,
            keys: Arc::new(keys),
        };
        for view in after.rows() {
            let before = said[&(view.row as u32)];
            let expected = if before.is_invitable() { Verdict::Invited } else { before };
            assert_eq!(verdict(&view), expected, "seed {seed}, row {}", view.row);
        }
    }
    assert!(told.iter().all(|&rows| rows > 10), "every verdict is among them: {told:?}");
}

#[tokio::test]
async fn r18_options_are_for_rows_that_say_nothing() {
    let server = Server::start().await;
    let admin = server.admin().await;
    sqlx::query(
        "INSERT INTO workspaces (id, account_id, name, name_key, is_default)
         SELECT '01900000-0000-7000-8000-000000000001', id, 'Japan', 'japan', 0 FROM accounts",
    )
    .execute(&mut database(&server).await)
    .await
    .unwrap();
    let (known, keys) = learn(&admin).await;
    let text = "Email,Teams,Workspace\nana@example.com,Alle,Standard\nbob@example.com,Inside Sales,default\n\
                eve@example.com,,\n";
    let file = File::new(text.to_owned(), known, keys);
    let rows: Vec<NewRow> = file.invitees().into_iter().map(NewRow::from).collect();
    let mut new = csv(rows.len());
    new.options.teams = vec!["EMEA Sales".to_owned()];
    new.options.workspace = Some("Japan".to_owned());
    let batch = admin.open_batch(&new).await;
    admin.add(&batch.id, 0, &rows).await;
    admin.seal(&batch.id).await;
    admin.settled(&batch.id).await;
    for (email, teams, workspace) in [
        ("ana@example.com", &["Everyone"][..], "Default"),
        ("bob@example.com", &["Everyone", "Inside Sales"][..], "Default"),
        ("eve@example.com", &["Everyone", "EMEA Sales"][..], "Japan"),
    ] {
        let user = find(&admin, email).await;
        assert_eq!(user.teams, teams, "{email}");
        assert_eq!(user.workspace, workspace, "{email}");
    }

    // Of a client that could not ask for the workspaces.
    sql(
        &server,
        "UPDATE workspaces SET name = 'Headquarters', name_key = 'headquarters' WHERE is_default = 1",
    )
    .await;
    let mut new = csv(2);
    new.options.workspace = Some("기본값".to_owned());
    let batch = admin.open_batch(&new).await;
    let rows = [
        NewRow { workspace: Some("Standard".to_owned()), ..row(1, "gil@example.com") },
        row(2, "hal@example.com"),
    ];
    admin.add(&batch.id, 0, &rows).await;
    admin.seal(&batch.id).await;
    admin.settled(&batch.id).await;
    for email in ["gil@example.com", "hal@example.com"] {
        assert_eq!(find(&admin, email).await.workspace, "Headquarters", "{email}");
    }
}

#[tokio::test]
#[ignore = "a benchmark: run by script/bench"]
async fn p10_the_keys_of_a_hundred_thousand_people_and_of_a_million() {
    for people in [100_000, 1_000_000] {
        let server = Server::start().await;
        let admin = server.admin().await;
        many_people(&mut database(&server).await, people).await;
        let mut took = Vec::new();
        let mut bytes = 0;
        for _ in 0..5 {
            let started = Instant::now();
            bytes = admin.get_at_once(paths::ADDRESS_KEYS).await.body.len();
            took.push(started.elapsed().as_millis());
        }
        took.sort_unstable();
        report(&format!("P10 the keys of {people} people: {bytes} bytes in {} ms", took[took.len() / 2]));
        assert_eq!(bytes, 16 + 8 * (people as usize + 1));
    }
}
