//! P7, printed. Times depend on the machine, so nothing here fails for being slow.

use std::time::Instant;

use api_types::{List, User};

use crate::harness::{Server, csv, row};

#[expect(clippy::print_stderr, reason = "the benchmark's result")]
fn print(what: &str, started: Instant) {
    let milliseconds = started.elapsed().as_millis();
    eprintln!("P7 {what}: {milliseconds} ms");
}

#[tokio::test]
#[ignore = "a benchmark: run by script/bench"]
async fn p7_ten_thousand_invitations_are_accepted() {
    let server = Server::start_with(|config| config.account.seats = Some(20_000)).await;
    let admin = server.admin().await;
    let rows: Vec<_> = (0..10_000).map(|index| row(index + 2, &format!("p{index}@example.com"))).collect();
    let started = Instant::now();
    let batch = admin.open_batch(&csv(rows.len())).await;
    for (index, rows) in (0..).zip(rows.chunks(1_000)) {
        admin.add(&batch.id, index, rows).await;
    }
    admin.seal(&batch.id).await;
    print("10,000 invitations accepted", started);
    let settled = admin.settled(&batch.id).await;
    print("10,000 invitations sent", started);
    assert_eq!(settled.deliveries.sent, 10_000);
}

#[tokio::test]
#[ignore = "a benchmark: run by script/bench"]
async fn p7_a_list_of_a_hundred_thousand_people_answers() {
    let server = Server::start_with(|config| config.account.seats = Some(200_000)).await;
    let admin = server.admin().await;
    let batch = admin.open_batch(&csv(100_000)).await;
    for index in 0..100_u32 {
        let rows: Vec<_> = (0..1_000)
            .map(|row_index| {
                let number = index * 1_000 + row_index;
                let mut row = row(number + 2, &format!("p{number}@example.com"));
                row.first_name = Some(format!("Given {}", number % 977));
                row
            })
            .collect();
        admin.add(&batch.id, index, &rows).await;
    }
    for query in [
        "sort=name",
        "sort=email&order=descending",
        "sort=status",
        "sort=role",
        "sort=last_sign_in",
        "search=p99999",
        "search=nobody",
        "search=example",
        "status=invited",
        "status=expired",
        "role=admin",
    ] {
        let started = Instant::now();
        let page: List<User> = admin.get(&format!("/users?{query}")).await.json();
        print(&format!("100,000 people, {query} ({} found)", page.meta.total), started);
        if let Some(cursor) = page.meta.next_cursor {
            let started = Instant::now();
            admin.get(&format!("/users?{query}&cursor={cursor}")).await.json::<List<User>>();
            print(&format!("100,000 people, {query}, next page"), started);
        }
    }
}
