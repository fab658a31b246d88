use super::condition::{Comparison, Condition, OneOf, Query, Selection, Value};
use super::lexer::{Token, tokens};

/// Reads a query.
///
/// # Errors
/// The error in Salesforce's wording.
pub(in crate::salesforce) fn parse(query: &str) -> Result<Query, String> {
    let mut parser = Parser { tokens: tokens(query)?, at: 0, is_within: false };
    let query = parser.query()?;
    match parser.peek() {
        None => Ok(query),
        Some(_) => Err(parser.unexpected()),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// Within the query of a condition.
    is_within: bool,
}

impl Parser {
    fn query(&mut self) -> Result<Query, String> {
        self.expect_word("SELECT")?;
        let selection = self.selection()?;
        self.expect_word("FROM")?;
        let object = self.word()?;
        let condition = if self.takes_word("WHERE") { Some(self.any()?) } else { None };
        let mut order = Vec::new();
        if self.takes_word("ORDER") {
            self.expect_word("BY")?;
            loop {
                order.push(self.order()?);
                if !self.takes_sign(",") {
                    break;
                }
            }
        }
        let limit = if self.takes_word("LIMIT") { Some(self.whole_number()?) } else { None };
        let offset = if self.takes_word("OFFSET") { self.whole_number()? } else { 0 };
        Ok(Query { selection, object, condition, order, limit, offset })
    }

    fn selection(&mut self) -> Result<Selection, String> {
        let first = self.word()?;
        if first.eq_ignore_ascii_case("COUNT") && self.takes_sign("(") {
            if self.takes_sign(")") {
                return Ok(Selection::Count);
            }
            let field = self.word()?;
            self.expect_sign(")")?;
            let named = !self.at_word("FROM");
            let name = if named { self.word()? } else { "expr0".to_owned() };
            return Ok(Selection::CountOf { field, name });
        }
        let mut fields = vec![first];
        while self.takes_sign(",") {
            fields.push(self.word()?);
        }
        Ok(Selection::Fields(fields))
    }

    fn order(&mut self) -> Result<(String, bool), String> {
        let field = self.word()?;
        let down = self.takes_word("DESC");
        if !down {
            self.takes_word("ASC");
        }
        if self.takes_word("NULLS") && !self.takes_word("FIRST") {
            self.expect_word("LAST")?;
        }
        Ok((field, down))
    }

    fn any(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.all()?];
        while self.takes_word("OR") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition, String> {
        let mut parts = vec![self.one()?];
        while self.takes_word("AND") {
            parts.push(self.one()?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn one(&mut self) -> Result<Condition, String> {
        if self.takes_word("NOT") {
            return Ok(Condition::Not(Box::new(self.one()?)));
        }
        if self.takes_sign("(") {
            let inner = self.any()?;
            self.expect_sign(")")?;
            return Ok(inner);
        }
        let field = self.word()?;
        if self.takes_word("NOT") {
            self.expect_word("IN")?;
            return self.one_of(field, true);
        }
        if self.takes_word("IN") {
            return self.one_of(field, false);
        }
        let comparison = self.comparison()?;
        let literal = match (comparison, self.peek()) {
            (Comparison::Like, Some(Token::Text(quoted))) => {
                let pattern = Value::Text(quoted.pattern.clone());
                self.at += 1;
                pattern
            }
            _ => self.literal()?,
        };
        Ok(Condition::Compare { field, comparison, literal })
    }

    /// A list of literals, or a query for ids. One within another is not understood, as by Salesforce.
    fn one_of(&mut self, field: String, negated: bool) -> Result<Condition, String> {
        let is_query = matches!(self.tokens.get(self.at + 1), Some(Token::Word(word)) if word.eq_ignore_ascii_case("SELECT"));
        if !is_query {
            return Ok(Condition::In(OneOf::new(field, negated, self.list()?)));
        }
        if std::mem::replace(&mut self.is_within, true) {
            return Err("nesting of semi join sub-selects is not supported".to_owned());
        }
        self.expect_sign("(")?;
        let query = Box::new(self.query()?);
        self.expect_sign(")")?;
        self.is_within = false;
        Ok(Condition::InQuery { field, negated, query })
    }

    fn comparison(&mut self) -> Result<Comparison, String> {
        const SIGNS: [(&str, Comparison); 6] = [
            ("=", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<", Comparison::Less),
            ("<=", Comparison::LessOrEqual),
            (">", Comparison::Greater),
            (">=", Comparison::GreaterOrEqual),
        ];
        if self.takes_word("LIKE") {
            return Ok(Comparison::Like);
        }
        for (sign, comparison) in SIGNS {
            if self.takes_sign(sign) {
                return Ok(comparison);
            }
        }
        Err(self.unexpected())
    }

    fn list(&mut self) -> Result<Vec<Value>, String> {
        self.expect_sign("(")?;
        let mut list = vec![self.literal()?];
        while self.takes_sign(",") {
            list.push(self.literal()?);
        }
        self.expect_sign(")")?;
        Ok(list)
    }

    fn literal(&mut self) -> Result<Value, String> {
        let literal = match self.peek() {
            Some(Token::Text(quoted)) => Value::Text(quoted.text.clone()),
            Some(Token::Number(number)) => Value::Number(*number),
            Some(Token::Time(time)) => Value::Time(*time),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("null") => Value::Null,
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("true") => Value::Bool(true),
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("false") => Value::Bool(false),
            _ => return Err(self.unexpected()),
        };
        self.at += 1;
        Ok(literal)
    }

    fn whole_number(&mut self) -> Result<usize, String> {
        match self.peek() {
            Some(Token::Number(number)) if number.fract() == 0.0 && (0.0..1e9).contains(number) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "whole and in range"
                )]
                let whole = *number as usize;
                self.at += 1;
                Ok(whole)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn unexpected(&self) -> String {
        self.peek()
            .map_or("unexpected end of query".to_owned(), |token| format!("unexpected token: '{token}'"))
    }

    /// The next token, which must be a word and no keyword.
    fn word(&mut self) -> Result<String, String> {
        const KEYWORDS: [&str; 6] = ["SELECT", "FROM", "WHERE", "AND", "OR", "LIMIT"];
        match self.peek() {
            Some(Token::Word(word)) if !KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(word)) => {
                let word = word.clone();
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.unexpected()),
        }
    }

    fn at_word(&self, wanted: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(word)) if word.eq_ignore_ascii_case(wanted))
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        let takes = self.at_word(wanted);
        self.at += usize::from(takes);
        takes
    }

    fn expect_word(&mut self, wanted: &str) -> Result<(), String> {
        if self.takes_word(wanted) { Ok(()) } else { Err(self.unexpected()) }
    }

    fn takes_sign(&mut self, wanted: &str) -> bool {
        let takes = matches!(self.peek(), Some(Token::Sign(sign)) if *sign == wanted);
        self.at += usize::from(takes);
        takes
    }

    fn expect_sign(&mut self, wanted: &str) -> Result<(), String> {
        if self.takes_sign(wanted) { Ok(()) } else { Err(self.unexpected()) }
    }
}

fn one_or(mut parts: Vec<Condition>, join: fn(Vec<Condition>) -> Condition) -> Condition {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_conditions_and_limits_are_read() {
        let query = parse(
            "select Id, Owner.Name from Lead where (Email != null or Phone like '+1%') and not OwnerId in ('a','b') \
             order by CreatedDate desc nulls last, Id limit 10 offset 5",
        )
        .unwrap();
        assert_eq!(query.selection, Selection::Fields(vec!["Id".to_owned(), "Owner.Name".to_owned()]));
        assert_eq!((query.object.as_str(), query.limit, query.offset), ("Lead", Some(10), 5));
        assert_eq!(query.order, [("CreatedDate".to_owned(), true), ("Id".to_owned(), false)]);
        assert_eq!(query.condition.unwrap().fields(), ["Email", "Phone", "OwnerId"]);
    }

    #[test]
    fn a_list_can_be_a_query_and_patterns_keep_their_escapes() {
        let soql = r"SELECT Id FROM User WHERE Id NOT IN (SELECT AssigneeId FROM PermissionSetAssignment) AND Name LIKE '%\_%'";
        let Some(Condition::All(parts)) = parse(soql).unwrap().condition else { panic!("two conditions") };
        assert!(
            matches!(&parts[0], Condition::InQuery { negated: true, query, .. } if query.object == "PermissionSetAssignment")
        );
        assert!(
            matches!(&parts[1], Condition::Compare { literal: Value::Text(text), .. } if text == r"%\_%")
        );
    }

    #[test]
    fn counts_are_read() {
        assert_eq!(parse("SELECT COUNT() FROM Lead").unwrap().selection, Selection::Count);
        let (field, name) = ("Id".to_owned(), "total".to_owned());
        let named = Selection::CountOf { field, name };
        assert_eq!(parse("SELECT COUNT(Id) total FROM Contact").unwrap().selection, named);
    }

    #[test]
    fn what_salesforce_would_not_take_is_refused() {
        let wrong = [
            "",
            "SELECT FROM Lead",
            "SELECT Id Lead",
            "SELECT * FROM Lead",
            "SELECT Id FROM Lead WHERE",
            "SELECT Id FROM Lead WHERE Email = ana",
            "SELECT Id FROM Lead WHERE Email IN ()",
            "SELECT Id FROM Lead WHERE (Email = null",
            "SELECT Id FROM Lead LIMIT -1",
            "SELECT Id FROM Lead GROUP BY Email",
            "SELECT Id FROM Lead; DELETE",
            "SELECT Id FROM User WHERE Id IN (SELECT Id FROM Task WHERE Id IN (SELECT Id FROM Event))",
        ];
        for wrong in wrong {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
