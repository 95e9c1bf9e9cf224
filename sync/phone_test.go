package sync

import (
	"regexp"
	"testing"
)

// FuzzPhone sees that a phone number becomes its international form or nothing, and that the international form is its
// own.
func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"(303) 555-0123", "3035550123", "+44 20 7946 0958", "12", "",
		"tel:303-555-0123;ext=5",
		"٣٠٣٥٥٥٠١٢٣", "1-800-FLOWERS", "+"} {
		f.Add([]byte(seed), "US")
		f.Add([]byte(seed), "DE")
	}
	form := regexp.MustCompile(`^\+[1-9][0-9]{1,16}$`)
	f.Fuzz(func(t *testing.T, phone []byte, region string) {
		number := e164(phone, region)
		if number == nil {
			return
		}
		if !form.Match(number) {
			t.Errorf("%q in %q became %q", phone, region, number)
		}
		if again := e164(number, region); string(again) != string(number) {
			t.Errorf("%q in %q became %q, and that %q", phone, region, number, again)
		}
	})
}
