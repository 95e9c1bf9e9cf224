package loyalty_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/blackbirdctl/blackbirdctl/internal/model"
	"github.com/blackbirdctl/blackbirdctl/loyalty"
)

// TestRollForward: each line is in the local period in which it was written, and in the column of its kind.
func TestRollForward(t *testing.T) {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	moved := []model.PointsMoved{
		{At: at("2026-01-31T12:00:00Z"), Kind: model.LineAward, Points: 100},
		{At: at("2026-01-31T12:00:00Z"), Kind: model.LineEnrollment, Points: 50},
		{At: at("2026-02-01T07:59:59Z"), Kind: model.LineRefund, Points: -10}, // still January there
		{At: at("2026-02-01T08:00:00Z"), Kind: model.LineAdjustment, Points: -20},
		{At: at("2026-02-01T08:00:00Z"), Kind: model.LineAdjustment, Points: 5},
		{At: at("2026-02-02T08:00:00Z"), Kind: model.LineExpiry, Points: -30},
		{At: at("2026-02-02T08:00:00Z"), Kind: model.LineExpiry, Points: 4},
		{At: at("2026-04-01T08:00:00Z"), Kind: model.LineTransfer, Points: -90},
		{At: at("2026-04-01T08:00:00Z"), Kind: model.LineTransfer, Points: 60},
		{At: at("2026-04-01T08:00:00Z"), Kind: model.LineCorrection, Points: 7},
		{At: at("2026-04-01T08:00:00Z"), Kind: model.LineVoid, Points: -2},
	}
	january := loyalty.Period{Period: "2026-01", Roll: loyalty.Roll{Earned: 150, Reversed: 10, Closing: 140}}
	february := loyalty.Period{
		Period: "2026-02", Roll: loyalty.Roll{Opening: 140, Redeemed: 20, Expired: 26, Adjusted: 5, Closing: 99},
	}
	april := loyalty.Period{Period: "2026-04", Roll: loyalty.Roll{Opening: 99, Earned: 7, Reversed: 32, Closing: 74}}
	for _, tt := range []struct {
		name        string
		moved       []model.PointsMoved
		layout      string
		from, until time.Time
		want        []loyalty.Period
	}{
		{name: "no line", layout: "2006-01"},
		{name: "months", moved: moved, layout: "2006-01", want: []loyalty.Period{january, february, april}},
		{name: "later lines", moved: moved[:7], layout: "2006-01", want: []loyalty.Period{january, february}},
		{name: "from", moved: moved, layout: "2006-01", from: at("2026-02-01T08:00:00Z"),
			want: []loyalty.Period{february, april}},
		{name: "until", moved: moved, layout: "2006-01", until: at("2026-02-01T08:00:00Z"),
			want: []loyalty.Period{january}},
		{name: "days", moved: moved, layout: time.DateOnly, from: at("2026-02-01T08:00:00Z"),
			until: at("2026-03-01T08:00:00Z"), want: []loyalty.Period{
				{Period: "2026-02-01", Roll: loyalty.Roll{Opening: 140, Redeemed: 20, Adjusted: 5, Closing: 125}},
				{Period: "2026-02-02", Roll: loyalty.Roll{Opening: 125, Expired: 26, Closing: 99}},
			}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := loyalty.RollForward(tt.moved, tt.layout, zone, tt.from, tt.until)
			unexported := cmpopts.IgnoreUnexported(loyalty.Roll{})
			if diff := cmp.Diff(tt.want, got, unexported, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("periods (-want +got):\n%s", diff)
			}
			for _, p := range got {
				if p.Opening+p.Earned-p.Reversed-p.Redeemed-p.Expired+p.Adjusted != p.Closing {
					t.Errorf("%+v does not add up", p)
				}
			}
		})
	}
}

// TestRollParts: a part has what was moved before in its opening balance, and a transfer between two parts is one's
// loss and the other's gain.
func TestRollParts(t *testing.T) {
	before := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	from := before.AddDate(0, 1, 0)
	moved := []model.PointsMoved{
		{Part: "A", At: before, Kind: model.LineAward, Points: 100},
		{Part: "A", At: from, Kind: model.LineTransfer, Points: -60},
		{Part: "A", At: from, Kind: model.LineAdjustment, Points: -10},
		{Part: "B", At: from, Kind: model.LineTransfer, Points: 60},
	}
	want := []loyalty.Part{
		{Part: "A", Roll: loyalty.Roll{Opening: 100, Reversed: 60, Redeemed: 10, Closing: 30}},
		{Part: "B", Roll: loyalty.Roll{Earned: 60, Closing: 60}},
	}
	got := loyalty.RollParts(moved, from)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(loyalty.Roll{})); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
}
