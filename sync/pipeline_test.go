package sync

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMergeProgress: the watermark moves over gapless merged pages alone, whatever the order in which they are merged.
func TestMergeProgress(t *testing.T) {
	type saved struct {
		Last string
		Rows int64
	}
	var progress mergeProgress
	var got []saved
	for _, number := range []int{1, 0, 2, 4, 5, 3} {
		end := pageEnd{last: string(rune('a' + number)), rows: 10}
		err := progress.pageDone(number, end, func(last string, rows int64) error {
			got = append(got, saved{last, rows})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]saved{{"b", 20}, {"c", 30}, {"f", 60}}, got); diff != "" {
		t.Errorf("saved (-want +got):\n%s", diff)
	}
}
