package biotracktest

import "slices"

// Places that are reserved for examples: no message or call to them reaches anybody.
const (
	// MailDomain and OtherMailDomain are the domains of all e-mail addresses, whatever their case.
	MailDomain      = "example.com"
	OtherMailDomain = "mail.test"
	// PhoneExchange is the part that all phone numbers share, however they are spelled around it.
	PhoneExchange = "555"
)

var firstNames = []string{
	"Isolde", "Peregrine", "Ottoline", "Thaddeus", "Xiomara", "Marigold", "Cornelius", "Zuleika", "Barnaby", "Philippa",
	"Leopold", "Clementine", "Ambrose", "Henrietta", "Fitzgerald", "Rosalind", "Balthazar", "Winifred", "Archibald",
	"Seraphina",
}

var lastNames = []string{
	"Quillfeather", "Brambleworth", "Ottersby", "Fennimarsh", "Thistlewick", "Larkspurson", "Copperfen", "Wrenhollow",
	"Dappledown", "Mossgrave", "Hazelthwaite", "Pennycress", "Ravenscombe", "Tumbleford", "Willowmere", "Yarrowgate",
	"Applecross", "Bellwether", "Cloverdell", "Nettleship",
}

// The accented names hold only letters that Latin-1 has, so that every database can be given them.
var (
	accentedFirst = []string{"Anaïs", "Søren", "Zoëlle", "Françoise", "Jürgen"}
	accentedLast  = []string{"Peñaflorín", "Beauséjour", "Großwinkel", "Ångströmsen", "Müßiggang"}
	apostrophes   = []string{"O'Thistledown", "D'Ambrewald", "O'Fennigan"}
)

var (
	productForms = []string{"Flower", "Pre-Roll", "Gummies", "Vape Cartridge", "Tincture", "Chocolate", "Balm",
		"Grinder"}
	strainAdverbs  = []string{"Velvet", "Cobalt", "Drowsy", "Crimson", "Gilded", "Whispering", "Northern", "Tangled"}
	strainNouns    = []string{"Lantern", "Otter", "Meadow", "Comet", "Harbour", "Thicket", "Sparrow", "Orchard"}
	voidReasons    = []string{"wrong customer", "rang up twice", "customer changed their mind", "training"}
	paymentMethods = []string{"cash", "cash", "cash", "debit", "check"}
	clerks         = []string{"till1", "till2", "till3", "manager"}
)

// FirstNames lists every first name that customers are given.
func FirstNames() []string { return slices.Concat(firstNames, accentedFirst) }

// LastNames lists every last name that customers are given, before and after a trading day.
func LastNames() []string { return slices.Concat(lastNames, accentedLast, apostrophes) }

// Names lists every first and last name, for a search through outputs that must not hold any.
func Names() []string { return slices.Concat(FirstNames(), LastNames()) }
