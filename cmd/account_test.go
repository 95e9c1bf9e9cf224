package cmd

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/blackbird"
)

func TestWhy(t *testing.T) {
	for _, tt := range []struct {
		kind   string
		points int64
		want   string
	}{
		{blackbird.LineAward, 5, "award for the order"},
		{blackbird.LineRefund, -5, "taken back: refunded"},
		{blackbird.LineVoid, -5, "taken back: voided"},
		{blackbird.LineTransfer, -5, "transfer to another customer"},
		{blackbird.LineTransfer, 5, "transfer from another customer"},
		{blackbird.LineCorrection, 1, "correction: the order or the rules changed"},
		{"birthday", 1, "birthday"},
	} {
		if got := why(tt.kind, tt.points); got != tt.want {
			t.Errorf("%s of %d points is %q, want %q", tt.kind, tt.points, got, tt.want)
		}
	}
}
