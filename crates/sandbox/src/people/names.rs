//! Names in the scripts that people write, with a form for addresses.

/// A name as it is written, and in lower-case ASCII letters.
pub(super) struct Name {
    pub(super) written: &'static str,
    pub(super) latin: &'static str,
}

/// Names that go together.
pub(super) struct Culture {
    pub(super) given: &'static [Name],
    pub(super) family: &'static [Name],
}

const fn n(written: &'static str, latin: &'static str) -> Name {
    Name { written, latin }
}

/// The first one is written in ASCII.
pub(super) const CULTURES: &[Culture] = &[
    Culture {
        given: &[
            n("Alice", "alice"),
            n("Ben", "ben"),
            n("Carla", "carla"),
            n("David", "david"),
            n("Emma", "emma"),
            n("Frank", "frank"),
            n("Grace", "grace"),
            n("Henry", "henry"),
            n("Isabel", "isabel"),
            n("Jean-Luc", "jean-luc"),
            n("Kim", "kim"),
            n("Laura", "laura"),
        ],
        family: &[
            n("Adams", "adams"),
            n("Baker", "baker"),
            n("Clark", "clark"),
            n("Davis", "davis"),
            n("Evans", "evans"),
            n("Fisher", "fisher"),
            n("Garcia", "garcia"),
            n("Hughes", "hughes"),
            n("O'Brien", "obrien"),
            n("van der Berg", "vanderberg"),
            n("Smith", "smith"),
            n("Wilson", "wilson"),
        ],
    },
    Culture {
        given: &[n("José", "jose"), n("Núria", "nuria"), n("Begoña", "begona"), n("Ángel", "angel")],
        family: &[
            n("Muñoz", "munoz"),
            n("Peña", "pena"),
            n("García Márquez", "garciamarquez"),
            n("Núñez", "nunez"),
        ],
    },
    Culture {
        given: &[n("Jürgen", "juergen"), n("Björn", "bjoern"), n("Käthe", "kaethe"), n("Zoë", "zoe")],
        family: &[n("Müller", "mueller"), n("Weiß", "weiss"), n("Jäger", "jaeger"), n("Schön", "schoen")],
    },
    Culture {
        given: &[
            n("Łukasz", "lukasz"),
            n("Małgorzata", "malgorzata"),
            n("Çağla", "cagla"),
            n("İrem", "irem"),
        ],
        family: &[n("Wójcik", "wojcik"), n("Dvořák", "dvorak"), n("Şahin", "sahin"), n("Yılmaz", "yilmaz")],
    },
    Culture {
        given: &[n("서연", "seoyeon"), n("민준", "minjun"), n("지우", "jiwoo"), n("하은", "haeun")],
        family: &[n("김", "kim"), n("이", "lee"), n("박", "park"), n("최", "choi")],
    },
    Culture {
        given: &[n("結衣", "yui"), n("大翔", "hiroto"), n("さくら", "sakura"), n("健太", "kenta")],
        family: &[n("佐藤", "sato"), n("鈴木", "suzuki"), n("髙橋", "takahashi"), n("渡邊", "watanabe")],
    },
    Culture {
        given: &[n("伟", "wei"), n("秀英", "xiuying"), n("志豪", "zhihao"), n("丽", "li")],
        family: &[n("王", "wang"), n("陈", "chen"), n("歐陽", "ouyang"), n("黃", "huang")],
    },
    Culture {
        given: &[n("Анна", "anna"), n("Дмитрий", "dmitry"), n("Олена", "olena"), n("Юрий", "yury")],
        family: &[
            n("Иванов", "ivanov"),
            n("Шевченко", "shevchenko"),
            n("Петров", "petrov"),
            n("Ковальчук", "kovalchuk"),
        ],
    },
    Culture {
        given: &[n("Γιώργος", "giorgos"), n("Ελένη", "eleni")],
        family: &[n("Παπαδόπουλος", "papadopoulos"), n("Νικολάου", "nikolaou")],
    },
    Culture {
        given: &[n("ليلى", "layla"), n("محمد", "mohammed"), n("فاطمة", "fatima"), n("عمر", "omar")],
        family: &[n("الخطيب", "alkhatib"), n("حداد", "haddad"), n("منصور", "mansour")],
    },
    Culture {
        given: &[n("נועה", "noa"), n("דוד", "david"), n("שירה", "shira")],
        family: &[n("כהן", "cohen"), n("לוי", "levi")],
    },
    Culture {
        given: &[n("प्रिया", "priya"), n("अर्जुन", "arjun"), n("दीपिका", "deepika")],
        family: &[n("शर्मा", "sharma"), n("पटेल", "patel"), n("सिंह", "singh")],
    },
    Culture {
        given: &[n("สมชาย", "somchai"), n("กัญญา", "kanya")],
        family: &[n("วงศ์สวัสดิ์", "wongsawat"), n("ศรีสุข", "srisuk")],
    },
    Culture {
        given: &[n("Thị Hương", "huong"), n("Đức", "duc"), n("Nguyệt", "nguyet")],
        family: &[n("Nguyễn", "nguyen"), n("Trần", "tran"), n("Đặng", "dang")],
    },
];

/// Some hold what has to be quoted in CSV.
pub(super) const COMPANIES: &[Name] = &[
    n("Northwind", "northwind"),
    n("Acme, Inc.", "acme"),
    n("Müller & Söhne", "muellersoehne"),
    n("The \"Best\" Bakery", "bestbakery"),
    n("한빛소프트", "hanbit"),
    n("株式会社さくら", "sakura"),
    n("Globex", "globex"),
    n("Société Générale d'Exemple", "sge"),
    n("Umbrella; Partners", "umbrella"),
    n("Initech", "initech"),
];

pub(super) const TITLES: &[&str] = &[
    "VP of Sales",
    "Account Executive",
    "Directeur général",
    "Head of Marketing, EMEA",
    "Leiter Einkauf",
    "영업 이사",
    "営業部長",
    "Chief \"Happiness\" Officer",
    "Gerente de compras",
    "Software Engineer",
];

pub(super) const SOURCES: &[&str] = &[
    "Web",
    "Trade Show",
    "Partner",
    "Webinar",
    "Referral",
    "Purchased List",
    "Salesforce.com",
    "Advertisement",
];
