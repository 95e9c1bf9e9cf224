package biotracktest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

var customerColumns = []string{"customerid", "lastname", "firstname", "middlename", "birthmonth", "birthday",
	"birthyear",
	"phone", "cell", "email", "location", "ismember", "deleted", "visits", "amountspent", "points", "membersince",
	"createdate", "created", "modified", "emailoptin", "smsoptin"}

// customerPeriod is after how many customers the oddities repeat.
const customerPeriod = 50

// customer is one person. An empty text is NULL.
type customer struct {
	id, last, first, middle string
	phone, cell, email      string
	location                int64 // 0 is NULL
	deleted                 int8
	member                  int8
	visits                  int64
	spent, points           int64 // cents
	joined                  time.Time
	modified                bool
	windows                 bool // the names are written in bytes of Windows-1252
}

// customerID is the id of the customer of an index.
func customerID(i int) string { return fmt.Sprintf("C%07d", i+1) }

// phoneFormats are the ways that tills have been seen to spell one number.
var phoneFormats = []string{"%s-%s-%s", "(%s) %s-%s", "%s%s%s", "+1 %s %s %s", "%s.%s.%s", "1-%s-%s-%s"}

// phone makes a number of the block that is reserved for fiction.
func phone(r *rand.Rand) string {
	return fmt.Sprintf(pick(r, phoneFormats), pick(r, []string{"212", "718", "917", "518"}), PhoneExchange,
		fmt.Sprintf("01%02d", r.IntN(100)))
}

// customerAt makes the customer of an index.
func (g *generator) customerAt(i int) customer {
	r := g.chance(chanceCustomers, i)
	c := customer{
		id: customerID(i), first: pick(r, firstNames), last: pick(r, lastNames), location: 1,
		visits: r.Int64N(60), spent: r.Int64N(400000), points: r.Int64N(900) * 100,
		joined: g.Now.Add(-time.Duration(r.Int64N(int64(sinceSetup/time.Second))) * time.Second),
		member: int8(r.IntN(2)), modified: r.IntN(3) == 0,
	}
	c.email = fmt.Sprintf("%s.%s%d@%s", strings.ToLower(c.first), strings.ToLower(c.last), i+1,
		pick(r, []string{MailDomain, OtherMailDomain}))
	switch r.IntN(4) {
	case 0:
		c.phone = phone(r)
	case 1:
		c.phone, c.cell = phone(r), phone(r)
	default:
		c.cell = phone(r)
	}
	if r.IntN(8) == 0 {
		c.location = 2
	}
	g.oddPerson(&c, i, r)
	oddContact(&c, i, r)
	return c
}

// oddPerson gives some of the first fifty, and so on, other names and flags than the rest.
func (g *generator) oddPerson(c *customer, i int, r *rand.Rand) {
	switch i % customerPeriod {
	case 3:
		c.deleted = 1
	case 15:
		c.first, c.last, c.windows = pick(r, accentedFirst), pick(r, accentedLast), g.noEncoding
	case 16:
		c.first, c.last = pick(r, accentedFirst), pick(r, accentedLast)
	case 17:
		c.last = pick(r, apostrophes)
	case 18:
		g.curlyApostrophe(c, r)
	case 19:
		c.deleted = null
	case 21:
		c.location = 0
	case 31:
		c.last, c.member = "", null
	case 33:
		c.last = c.last + "-" + strings.Repeat(pick(r, lastNames)+"-", 20) + c.last
	case 35:
		c.first, c.last = c.first+"\t\"Slash\"", `\N `+c.last+`\`
	}
}

// oddContact gives some of them other phones and addresses, and blanks around or instead of them.
func oddContact(c *customer, i int, r *rand.Rand) {
	switch i % customerPeriod {
	case 5:
		c.phone, c.cell, c.email = "", "", ""
	case 7:
		c.phone, c.cell = "", phone(r)
	case 9:
		c.phone, c.cell = phone(r), ""
	case 11:
		c.email = strings.ToUpper(c.email)
	case 13:
		c.first, c.last, c.email, c.cell = "  "+c.first, c.last+" ", " "+c.email+"  ", c.cell+" "
	case 23:
		c.phone, c.cell = "n/a", ""
	case 25:
		c.phone, c.cell = "555-0123", "   "
	case 27:
		c.first, c.middle, c.phone, c.cell, c.email = " ", " ", " ", " ", " "
	case 29:
		c.email = "none"
	case 37:
		c.phone, c.cell = "", phone(r)+" x7"
	}
}

// curlyApostrophe gives a name the mark that is one byte in Windows-1252 and in no other encoding; where a database has
// an encoding, the straight one.
func (g *generator) curlyApostrophe(c *customer, r *rand.Rand) {
	c.last = pick(r, apostrophes)
	if g.noEncoding {
		c.last, c.windows = strings.ReplaceAll(c.last, "'", "’"), true
	}
}

// writeCustomer writes the customer of an index.
func (g *generator) writeCustomer(r *row, i int) {
	c := g.customerAt(i)
	name := r.textOrNull
	if c.windows {
		name = r.windows
	}
	r.text(c.id)
	name(c.last)
	name(c.first)
	r.textOrNull(c.middle)
	r.int(int64(1 + i%12))
	r.int(int64(1 + i%28))
	r.int(int64(1950 + i%50))
	r.textOrNull(c.phone)
	r.textOrNull(c.cell)
	r.textOrNull(c.email)
	r.intOrNull(c.location)
	r.flag(c.member)
	r.flag(c.deleted)
	r.int(c.visits)
	r.money(c.spent)
	r.money(c.points)
	r.int(c.joined.Unix())
	r.int(c.joined.Unix())
	r.time(c.joined)
	g.modified(r, c.modified, c.joined)
	r.int(1)
	r.int(1)
	g.end(r, c.joined, int64(i+1))
}

// modified writes the column that only the older layout maintains, and it not always.
func (g *generator) modified(r *row, touched bool, made time.Time) {
	if !touched || g.Layout == LayoutAudited {
		r.null()
		return
	}
	r.time(made.Add(90 * time.Minute))
}
