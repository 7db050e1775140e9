package care

import "slices"

// plainTerms are the terms that may be told to somebody who is not to learn who a
// child is: what a home is asked to be able to do, and in which language. Nothing
// that befell a child and nothing about a person is among them, and no text that
// somebody wrote can be: what is not here is asked for by voice.
//
// The first of each group are the options of the Placements Data Standard v2
// (additionalSupport, specificCommunicationRequirements; homeAdaptation names none
// of its own). Then come the terms that home-finding teams use beside them, which
// the fixtures use too. The languages are the English names of ISO 639-1, and those
// of ISO 639-3 and the common other names that the 2021 census of England and Wales
// lists as main languages.
var plainTerms = [...]string{
	// needs
	"additional-supervision", "therapeutic-support", "worker-for-respite", "taxis-to-school",
	"adhd", "anxiety", "asthma", "attachment", "attachment-trauma", "autism", "baby-care", "behaviour", "behaviour-support",
	"continence", "developmental-delay", "diabetes", "dyslexia", "education-support", "epilepsy", "feeding", "hearing-impairment",
	"independence-skills", "learning-disability", "life-skills", "medical-care", "medication", "mental-health", "mobility",
	"moving-and-handling", "parenting-support", "personal-care", "physical-disability", "play-therapy", "routine", "sensory-impairment",
	"sensory-needs", "sleep", "social-skills", "speech-and-language", "therapeutic-parenting", "therapy", "toileting", "trauma-informed",
	"trauma-informed-care", "tube-feeding", "visual-impairment", "waking-nights",
	// communication
	"esol", "bsl", "makaton", "braille", "british-sign-language", "communication-aid", "deafblind-manual", "easy-read", "hearing-aids",
	"interpreter", "large-print", "lip-reading", "non-verbal", "objects-of-reference", "pecs", "picture-exchange", "sign-language",
	"sign-supported-english", "speech-therapy", "symbols", "visual-timetable", "widgit",
	// adaptations
	"bath-lift", "changing-bed", "changing-table", "grab-rails", "ground-floor-bathroom", "ground-floor-bedroom", "handrails", "hearing-loop",
	"hoist", "level-access", "lift", "profiling-bed", "ramp", "safety-gates", "secure-garden", "sensory-room", "stair-lift", "stairlift",
	"step-free", "through-floor-lift", "visual-alarm", "walk-in-shower", "wet-room", "wheelchair", "wheelchair-access", "wide-doors",
	"window-restrictors",
	// languages
	"abkhazian", "afar", "afrikaans", "akan", "albanian", "amharic", "arabic", "aragonese", "armenian", "assamese", "avaric", "aymara",
	"azerbaijani", "bambara", "bashkir", "basque", "belarusian", "bengali", "bislama", "bosnian", "breton", "bulgarian", "burmese",
	"cantonese", "catalan", "chamorro", "chechen", "chichewa", "chinese", "chuvash", "cornish", "corsican", "cree", "croatian", "czech",
	"danish", "dari", "dinka", "dutch", "dzongkha", "edo", "english", "esperanto", "estonian", "ewe", "faroese", "farsi", "fijian",
	"filipino", "finnish", "flemish", "french", "fulah", "gaelic", "galician", "ganda", "georgian", "german", "greek", "guarani", "gujarati",
	"haitian", "haitian-creole", "hausa", "hazaragi", "hebrew", "herero", "hindi", "hungarian", "icelandic", "igbo", "indonesian",
	"inuktitut", "irish", "italian", "jamaican-creole", "japanese", "javanese", "kannada", "kanuri", "kashmiri", "kazakh", "khmer", "kikuyu",
	"kinyarwanda", "kirghiz", "komi", "kongo", "konkani", "korean", "krio", "kuanyama", "kurdish", "kurmanji", "kyrgyz", "lao", "latin",
	"latvian", "lingala", "lithuanian", "luba-katanga", "luganda", "luxembourgish", "macedonian", "malagasy", "malay", "malayalam", "maltese",
	"mandarin", "mandinka", "manx", "maori", "marathi", "marshallese", "mirpuri", "mongolian", "navajo", "ndebele", "ndonga", "nepali",
	"norwegian", "occitan", "odia", "ojibwa", "oriya", "oromo", "ossetian", "pahari", "panjabi", "pashto", "patois", "persian", "pidgin",
	"polish", "portuguese", "potwari", "punjabi", "quechua", "romani", "romanian", "romansh", "rundi", "russian", "samoan", "sango",
	"sanskrit", "sardinian", "scots", "serbian", "shona", "sign-languages", "sindhi", "sinhala", "slovak", "slovenian", "somali", "sorani",
	"sotho", "spanish", "sundanese", "susu", "swahili", "swati", "swedish", "sylheti", "tagalog", "tahitian", "tajik", "tamil", "tatar",
	"telugu", "temne", "thai", "tibetan", "tigre", "tigrinya", "tonga", "tongan", "tsonga", "tswana", "turkish", "turkmen", "twi", "uighur",
	"ukrainian", "urdu", "uyghur", "uzbek", "venda", "vietnamese", "walloon", "welsh", "western-frisian", "wolof", "xhosa", "yiddish",
	"yoruba", "zaza", "zhuang", "zulu",
}

// PlainTerm says whether a term of needs, communication, adaptations or languages,
// in any spelling that [Term] makes one of, is of the fixed vocabulary that names
// nobody and so may go outside the team. It is not a condition for a record: lists
// take any term.
func PlainTerm(term string) bool { return slices.Contains(plainTerms[:], Term(term)) }
