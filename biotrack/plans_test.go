package biotrack

import "testing"

func TestShapeSQL(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`(firstname <> 'O''Brien'::text)`:                 `(firstname <> 'a''a'::text)`,
		`((price > 12.50) AND (id = $1))`:                 `((price > 9.9) AND (id = $1))`,
		`CREATE INDEX t2_i1 ON t2 (a1) WHERE deleted = 0`: `CREATE INDEX t2_i1 ON t2 (a1) WHERE deleted = 9`,
		`(total < 1.5e10) OR (total < '-7'::integer)`:     `(total < 9.9a9) OR (total < '-9'::integer)`,
		`id = ANY ('{4711,4712}'::bigint[])`:              `id = ANY ('{9,9}'::bigint[])`,
		``:                                                ``,
	} {
		if got := shapeSQL(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		} else if again := shapeSQL(got); again != got {
			t.Errorf("%s: the shape of the shape is %s", got, again)
		}
	}
}
