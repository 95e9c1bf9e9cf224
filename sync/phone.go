package sync

import (
	"bytes"

	"github.com/nyaruka/phonenumbers"
)

// northAmerica is the country code of the numbers of which the library is asked by their first six digits.
const northAmerica = 1

// deeper are the area codes, of Barbados and Jamaica, where a number's seventh digit matters too.
var deeper = map[string]bool{"246": true, "876": true}

// phoneForms finds the international forms of phone numbers. The library takes some 17 µs for one. Whether ten digits
// are a number in North America depends on the first six alone, by the library's own data, so it is asked once for
// each six.
type phoneForms struct {
	region string
	// known says of six digits whether they begin valid numbers.
	known  map[string]bool
	digits []byte
}

func newPhoneForms(region string) *phoneForms {
	return &phoneForms{region: region, known: make(map[string]bool)}
}

// e164 returns a phone number's international form, nil where it is not valid. It is valid until the next call.
func (p *phoneForms) e164(phone []byte) []byte {
	ten := p.northAmerican(phone)
	if ten == nil {
		return E164(phone, p.region)
	}
	valid, known := p.known[string(ten[:6])]
	if !known {
		valid = E164(ten, "US") != nil
		p.known[string(ten[:6])] = valid
	}
	if !valid {
		return nil
	}
	return p.digits
}

// northAmerican returns the ten digits of a number that is written in one of the usual ways, nil for any other, which
// is left to the library. They stay within digits, after a plus and a one.
func (p *phoneForms) northAmerican(phone []byte) []byte {
	p.digits = append(p.digits[:0], '+', '1')
	abroad := phonenumbers.GetCountryCodeForRegion(p.region) != northAmerica
	if rest, found := bytes.CutPrefix(phone, []byte("+1")); found {
		phone, abroad = rest, false
	}
	for _, c := range phone {
		switch {
		case c >= '0' && c <= '9':
			p.digits = append(p.digits, c)
		case c != ' ' && c != '(' && c != ')' && c != '-' && c != '.':
			return nil
		}
	}
	if ten := p.digits[2:]; !abroad && len(ten) == 10 && ten[0] >= '2' && !deeper[string(ten[:3])] {
		return ten
	}
	return nil
}

// E164 returns a phone number's international form by the library, nil where it is not valid in the country.
func E164(phone []byte, region string) []byte {
	number, err := phonenumbers.Parse(string(phone), region)
	if err != nil || !phonenumbers.IsValidNumber(number) {
		return nil
	}
	return []byte(phonenumbers.Format(number, phonenumbers.E164))
}

// IsRegion reports whether a country's phone numbers are known.
func IsRegion(region string) bool { return phonenumbers.GetSupportedRegions()[region] }
