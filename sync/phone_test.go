package sync

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"regexp/syntax"
	"runtime"
	"slices"
	"strings"
	stdsync "sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/nyaruka/phonenumbers"
)

// FuzzPhone sees that a phone number becomes what the library makes of it: its international form or nothing, and that
// the international form is its own.
func FuzzPhone(f *testing.F) {
	for _, seed := range []string{"(303) 555-0123", "3035550123", "+44 20 7946 0958", "12", "",
		"tel:303-555-0123;ext=5", "+1 303.555.0123", "1 303 555 0123", "+1", "(+1) 3035550123", "011 303 555 0123",
		"-3035550123-", "303555012.3 ", "+13035550123+", "٣٠٣٥٥٥٠١٢٣", "1-800-FLOWERS", "+"} {
		f.Add([]byte(seed), "US")
		f.Add([]byte(seed), "DE")
	}
	form := regexp.MustCompile(`^\+[1-9][0-9]{1,16}$`)
	f.Fuzz(func(t *testing.T, phone []byte, region string) {
		number := E164(phone, region)
		if got := newPhoneForms(region).e164(phone); string(got) != string(number) {
			t.Errorf("%q in %q became %q, and by the library %q", phone, region, got, number)
		}
		if number == nil {
			return
		}
		if !form.Match(number) {
			t.Errorf("%q in %q became %q", phone, region, number)
		}
		if again := E164(number, region); string(again) != string(number) {
			t.Errorf("%q in %q became %q, and that %q", phone, region, number, again)
		}
	})
}

// TestSixDigits checks by the library's data that the area codes of deeper are all where more than six digits decide.
func TestSixDigits(t *testing.T) {
	all, err := phonenumbers.MetadataCollection()
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]bool)
	for _, m := range all.GetMetadata() {
		if m.GetCountryCode() != northAmerica {
			continue
		}
		for _, kind := range []*phonenumbers.PhoneNumberDesc{
			m.GeneralDesc, m.FixedLine, m.Mobile, m.TollFree, m.PremiumRate, m.SharedCost, m.PersonalNumber, m.Voip,
			m.Pager, m.Uan, m.Voicemail,
		} {
			pattern, err := syntax.Parse(kind.GetNationalNumberPattern(), syntax.Perl)
			if err != nil {
				t.Fatal(err)
			}
			for _, digits := range spellings(pattern) {
				if len(digits) == 10 && strings.Join(digits[6:], "") != strings.Repeat("0123456789", 4) {
					found[strings.Join(digits[:3], "")] = true
				}
			}
		}
	}
	if diff := cmp.Diff(deeper, found); diff != "" {
		t.Error(diff)
	}
}

// spellings returns all that a pattern matches, each as the characters that may be at each place.
func spellings(pattern *syntax.Regexp) [][]string {
	concat := func(all [][]string, next [][]string) (longer [][]string) {
		for _, a := range all {
			for _, b := range next {
				longer = append(longer, slices.Concat(a, b))
			}
		}
		return longer
	}
	all := [][]string{nil}
	switch pattern.Op { //nolint:exhaustive // any other is new to these patterns
	case syntax.OpEmptyMatch:
	case syntax.OpLiteral:
		return [][]string{strings.Split(string(pattern.Rune), "")}
	case syntax.OpCharClass:
		class := ""
		for i := 0; i < len(pattern.Rune); i += 2 {
			for r := pattern.Rune[i]; r <= pattern.Rune[i+1]; r++ {
				class += string(r)
			}
		}
		return [][]string{{class}}
	case syntax.OpQuest:
		return append(all, spellings(pattern.Sub[0])...)
	case syntax.OpRepeat:
		var found [][]string
		for n := range pattern.Max + 1 {
			if n >= pattern.Min {
				found = append(found, all...)
			}
			all = concat(all, spellings(pattern.Sub[0]))
		}
		return found
	case syntax.OpAlternate:
		all = nil
		for _, sub := range pattern.Sub {
			all = append(all, spellings(sub)...)
		}
	case syntax.OpConcat, syntax.OpCapture:
		for _, sub := range pattern.Sub {
			all = concat(all, spellings(sub))
		}
	default:
		panic("pattern of another kind: " + pattern.String())
	}
	return all
}

// TestNorthAmericanPhones compares what is known by the first six digits with what the library says of a number: two
// for each six, and a million by chance, written in several ways, in each region that shares the country code. Without
// BLACKBIRDCTL_TORTURE it takes some of them.
func TestNorthAmericanPhones(t *testing.T) {
	step, some := 997, 1_000
	if os.Getenv("BLACKBIRDCTL_TORTURE") != "" {
		step, some = 1, 1_000_000
	}
	regions := phonenumbers.GetRegionCodesForCountryCode(northAmerica)
	formats := []string{"%s%s%s", "(%s) %s-%s", "+1 %s %s %s", "%s.%s.%s", "+1%s-%s-%s", " -%s %s%s. "}
	cores := runtime.GOMAXPROCS(0)
	var wait stdsync.WaitGroup
	for core := range cores {
		wait.Go(func() {
			random := rand.New(rand.NewPCG(1, uint64(core)))
			forms := newPhoneForms("US")
			check := func(six, four int) {
				digits := fmt.Sprintf("%06d%04d", six, four)
				region, format := regions[random.IntN(len(regions))], formats[random.IntN(len(formats))]
				phone := fmt.Appendf(nil, format, digits[:3], digits[3:6], digits[6:])
				want := E164(phone, region)
				forms.region = region
				if got := forms.e164(phone); string(got) != string(want) {
					t.Errorf("%q in %s is %q, and by the library %q", phone, region, got, want)
				}
			}
			for six := core * step; six < 1_000_000; six += cores * step {
				check(six, random.IntN(10_000))
				check(six, random.IntN(10_000)) // by what the first has made known
			}
			for range some / cores {
				check(random.IntN(1_000_000), random.IntN(10_000))
			}
		})
	}
	wait.Wait()
}
