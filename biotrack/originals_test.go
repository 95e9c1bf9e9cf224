package biotrack

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func TestOriginalAmong(t *testing.T) {
	at := func(name string, location int64) model.Key { return model.Key{Name: name, Location: location} }
	for _, tc := range []struct {
		name    string
		tickets []model.Key
		want    model.Key
	}{
		{name: "none"},
		{"its own location's", []model.Key{at("B", 2), at("A", 1)}, at("A", 1)},
		{"the only one elsewhere", []model.Key{at("B", 2)}, at("B", 2)},
		{"one id twice", []model.Key{at("A", 1), at("A", 1)}, at("A", 1)},
		{"two at its own location", []model.Key{at("A", 1), at("C", 1)}, model.Key{}},
		{"two elsewhere", []model.Key{at("A", 2), at("A", 3)}, model.Key{}},
	} {
		if got := originalAmong(tc.tickets, 1); got != tc.want {
			t.Errorf("%s: %v, want %v", tc.name, got, tc.want)
		}
	}
}
