package cmd

import (
	"testing"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
)

func TestLineReason(t *testing.T) {
	for _, tt := range []struct {
		kind   model.LineKind
		points int64
		want   string
	}{
		{model.LineAward, 5, "award for the order"},
		{model.LineRefund, -5, "taken back: refunded"},
		{model.LineVoid, -5, "taken back: voided"},
		{model.LineTransfer, -5, "transfer to another customer"},
		{model.LineTransfer, 5, "transfer from another customer"},
		{model.LineExpiry, -5, "expired: no order for too long"},
		{model.LineExpiry, 5, "expiry taken back"},
		{model.LineWriteOff, 5, "balance below 0 written off"},
		{model.LineWriteOff, -5, "write-off taken back"},
		{model.LineCorrection, 1, "correction: the order or the rules changed"},
		{"birthday", 1, "birthday"},
	} {
		if got := lineReason(tt.kind, tt.points); got != tt.want {
			t.Errorf("%s of %d points is %q, want %q", tt.kind, tt.points, got, tt.want)
		}
	}
}
