//! The pool of names. All invented people; every name exists in windows-1252, as an old export needs.

/// A forename and what friends may call its bearer.
#[derive(Clone, Copy)]
pub(crate) struct Forename {
    pub(crate) name: &'static str,
    /// Empty where there is no shorter form.
    pub(crate) short: &'static str,
}

const fn named(name: &'static str, short: &'static str) -> Forename {
    Forename { name, short }
}

/// Names of women and girls. Nobody of either pool is called or known as Sam: the caller sample is the
/// only one.
#[rustfmt::skip]
pub(crate) const FEMININE: &[Forename] = &[
    named("Abigail", "Abi"), named("Adeola", "Ade"), named("Agnieszka", "Aga"), named("Aisha", ""),
    named("Alexandra", "Alex"), named("Amina", ""), named("Bernadette", "Bernie"), named("Beyza", ""),
    named("Catherine", "Kate"), named("Chidinma", "Chichi"), named("Christine", "Chris"),
    named("Deborah", "Debs"), named("Dilwen", ""), named("Eilidh", ""), named("Elizabeth", "Liz"),
    named("Esperança", "Espe"), named("Fatoumata", "Fatou"), named("Frances", "Fran"), named("Gurpreet", ""),
    named("Halima", ""), named("Imogen", "Immy"), named("Ioana", "Jo"), named("Jacqueline", "Jackie"),
    named("Kateryna", "Katya"), named("Leila", ""), named("Lerato", ""), named("Magdalena", "Magda"),
    named("Mei Ling", "Mei"), named("Nasreen", ""), named("Ngozi", ""), named("Oluwaseun", "Seun"),
    named("Parminder", "Pam"), named("Patricia", "Trish"), named("Priya", ""), named("Rebecca", "Becky"),
    named("Renée", ""), named("Roxana", "Roxy"), named("Siân", ""), named("Siobhán", "Shiv"),
    named("Susan", "Sue"), named("Tamara", "Tam"), named("Thandiwe", "Thandi"), named("Victoria", "Vicky"),
    named("Xiulan", ""), named("Yasmin", "Yaz"), named("Zoë", ""), named("Wren", ""),
];

/// Names of men and boys.
#[rustfmt::skip]
pub(crate) const MASCULINE: &[Forename] = &[
    named("Abdirahman", "Abdi"), named("Adebayo", "Bayo"), named("Alasdair", "Al"), named("Andrzej", "Andy"),
    named("Anthony", "Tony"), named("Bartholomew", "Bart"), named("Carlos", ""), named("Christopher", "Chris"),
    named("Daniel", "Dan"), named("Dewi", ""), named("Dmitri", "Dima"), named("Edward", "Ted"),
    named("Emeka", ""), named("Farhad", ""), named("François", "Frank"), named("Gareth", "Gaz"),
    named("Gintaras", ""), named("Harpreet", "Harry"), named("Hassan", ""), named("Ibrahim", "Ibs"),
    named("Jagdeep", "Jag"), named("Jérôme", ""), named("José", "Joe"), named("Kwabena", "Kobby"),
    named("Leonard", "Len"), named("Lorenzo", ""), named("Matthew", "Matt"), named("Mehmet", ""),
    named("Michael", "Mick"), named("Nikolaos", "Nick"), named("Oisín", ""), named("Olumide", "Olu"),
    named("Pádraig", "Paddy"), named("Quentin", ""), named("Rajesh", "Raj"), named("Robert", "Bob"),
    named("Sanjay", "Sanj"), named("Stephen", "Steve"), named("Tadeusz", "Tad"), named("Tariq", ""),
    named("Terence", "Terry"), named("Uchenna", "Uche"), named("Vikram", "Vik"), named("William", "Bill"),
    named("Yusuf", ""), named("Zbigniew", "Zbig"),
];

/// Ordinary surnames among those that trip a careless import: a quote, a hyphen, "Null", "True".
#[rustfmt::skip]
pub(crate) const SURNAMES: &[&str] = &[
    "Abara", "Adewale", "Ainsworth", "Akhtar", "Amoah", "Anand", "Appleyard", "Arkwright", "Asante", "Baptiste",
    "Barraclough", "Begum", "Bello", "Blackwood", "Boateng", "Brent", "Castillo", "Chaudhry", "Chowdhury", "Clough",
    "Cobbinah", "Cooper-Nwosu", "Crabtree", "D’Souza", "Danso", "Dhillon", "Diallo", "Downer", "Dyer-Lamb",
    "Ekwueme", "El-Amin", "Entwistle", "Fairweather", "Farrow", "Fernandes", "Fofanah", "Garside", "Ghani", "Gill",
    "Grewal", "Gutiérrez", "Haddad", "Hallam", "Hargreaves", "Hernández", "Hirst", "Holdsworth", "Hussain", "Ibeh",
    "Iqbal", "Jankowska", "Jeffers", "Johal", "Kamara", "Kaur", "Khatun", "Kowalczyk", "Lamptey", "Lavery", "Lim",
    "Llewellyn", "Longbottom", "MacAskill", "Mahmood", "McAllister", "Mensah", "Moyo", "Müller", "Murgatroyd",
    "Nandakumar", "Ncube", "Nguyen", "Null", "Núñez", "O’Brien", "O’Hara", "O’Sullivan", "Obi", "Odukoya",
    "Ogunleye", "Oldroyd", "Owusu", "Papadaki", "Patel", "Petrov", "Pickersgill", "Popescu", "Pritchard", "Qureshi",
    "Rahman", "Ramsbottom", "Rees", "Ribeiro", "Rosário", "Sahota", "Sandhu", "Sesay", "Shah", "Sidhu", "Silva",
    "Sokolov", "Storey", "Sutcliffe", "Šimková", "Tanaka", "Tetteh", "Thackray", "Trent", "True", "Tshabalala",
    "Uddin", "Umeh", "Vaughan", "Wadsworth", "Wang", "Whitaker", "Wójcik", "Wolstenholme", "Yeboah", "Yildiz",
    "Zaman", "Žukauskas",
];
