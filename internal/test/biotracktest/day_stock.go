package biotracktest

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// stocked is a lot that something is taken from or put to.
type stocked struct {
	id        string
	product   int64
	strain    sql.NullString
	weighed   int64
	price     decimal.Decimal
	remaining decimal.Decimal
	rooms     []share // empty where the lot has its amount in remainingweight alone
}

// share is what lies in one room.
type share struct {
	room   string
	amount decimal.Decimal
}

// findLot takes a lot that is for sale and holds at least ten units: the next one from a random place on. Lots whose
// rooms are spelled oddly are left alone, as they have to stay odd.
func (t *trading) findLot(ctx context.Context, tx *sql.Tx) (s stocked, err error) {
	const query = `SELECT id, productid, strain, coalesce(requiresweighing, 0), coalesce(priceout, 10), remainingweight,
		coalesce(roomdata, '')
		FROM inventory WHERE id >= $1 AND deleted = 0 AND transferredout = 0 AND seized = 0 AND is_sample = 0
		AND (expiration IS NULL OR expiration = 0 OR expiration > $2) AND remainingweight >= 10
		AND remainingweight < 1000000
		AND (coalesce(roomdata, '') = '' OR roomdata ~ '^[0-9]+,[0-9.]+(:[0-9]+,[0-9.]+)*$') ORDER BY id LIMIT 1`
	var roomdata string
	err = firstFrom([]int64{lotID(int(t.chance.Int64N(t.lots + 1))), lotID(0)}, func(from int64) error {
		return scan(ctx, tx, query, []any{strconv.FormatInt(from, 10), t.now.Unix()},
			&s.id, &s.product, &s.strain, &s.weighed, &s.price, &s.remaining, &roomdata)
	})
	if err == nil {
		s.rooms, err = shares(roomdata)
	}
	return s, err
}

// shares reads roomdata that is well spelled.
func shares(roomdata string) ([]share, error) {
	if roomdata == "" {
		return nil, nil
	}
	var all []share
	for pair := range strings.SplitSeq(roomdata, ":") {
		room, text, _ := strings.Cut(pair, ",")
		amount, err := decimal.NewFromString(text)
		if err != nil {
			return nil, err
		}
		all = append(all, share{room, amount})
	}
	return all, nil
}

// roomdata spells the lot's rooms.
func (s *stocked) roomdata() string {
	pairs := make([]string, len(s.rooms))
	for i, r := range s.rooms {
		pairs[i] = r.room + "," + r.amount.String()
	}
	return strings.Join(pairs, ":")
}

// fullest is the room that holds most; -1 where the lot has none.
func (s *stocked) fullest() int {
	best := -1
	for i := range s.rooms {
		if best < 0 || s.rooms[i].amount.GreaterThan(s.rooms[best].amount) {
			best = i
		}
	}
	return best
}

// add puts an amount to a lot, or takes a negative one from it, where it lies already.
func (t *trading) add(ctx context.Context, tx *sql.Tx, s *stocked, amount decimal.Decimal) error {
	s.remaining = s.remaining.Add(amount)
	if i := s.fullest(); i >= 0 {
		s.rooms[i].amount = s.rooms[i].amount.Add(amount)
	}
	return t.store(ctx, tx, s)
}

// store writes a lot's amounts. The till's own time column for lots does not exist, so that none is touched.
func (t *trading) store(ctx context.Context, tx *sql.Tx, s *stocked) error {
	return exec(ctx, tx, `UPDATE inventory SET remainingweight = $2,
		roomdata = CASE WHEN $3 = '' THEN roomdata ELSE $3 END
		WHERE id = $1`, s.id, s.remaining, s.roomdata())
}

// restock puts more to a lot.
func (t *trading) restock(ctx context.Context, tx *sql.Tx) error {
	s, err := t.findLot(ctx, tx)
	if err != nil {
		return err
	}
	return t.add(ctx, tx, &s, decimal.NewFromInt(5+t.chance.Int64N(40)))
}

// moveRoom carries half of what a room holds to another one, now and then to quarantine.
func (t *trading) moveRoom(ctx context.Context, tx *sql.Tx) error {
	s, err := t.findLot(ctx, tx)
	if err != nil {
		return err
	}
	from := s.fullest()
	if from < 0 {
		return exec(ctx, tx, `UPDATE inventory SET currentroom = $2 WHERE id = $1`, s.id, RoomSalesFloor)
	}
	half := s.rooms[from].amount.Div(decimal.NewFromInt(2)).Floor()
	s.rooms[from].amount = s.rooms[from].amount.Sub(half)
	to := strconv.Itoa(pick(t.chance, []int{RoomBulk, RoomVault, RoomSalesFloor, RoomCounter, RoomQuarantine}))
	s.rooms = append(s.rooms, share{to, half})
	return t.store(ctx, tx, &s)
}

// newLot receives a lot of some product.
func (t *trading) newLot(ctx context.Context, tx *sql.Tx) error {
	id, err := t.findProduct(ctx, tx)
	if err != nil {
		return err
	}
	return t.receive(ctx, tx, id)
}

// receive takes in a lot of a product, all of it into the bulk room. Its barcode comes after all those that there are.
func (t *trading) receive(ctx context.Context, tx *sql.Tx, product int64) error {
	const insert = `INSERT INTO inventory (id, productid, strain, weight, remainingweight, roomdata, priceout,
		sessiontime, created, requiresweighing)
		SELECT (SELECT coalesce(max(id), '` + firstLotText + `') FROM inventory)::bigint + 1, id, strain, $2::numeric,
			$2::numeric, '0,' || $3::text, 12, $4::bigint, $5::timestamp, requiresweighing
		FROM products WHERE id = $1`
	amount := 20 + t.chance.Int64N(80)
	return exec(ctx, tx, insert, product, amount, strconv.FormatInt(amount, 10), t.now.Unix(), t.now)
}

// dropLot makes a lot vanish.
func (t *trading) dropLot(ctx context.Context, tx *sql.Tx) error {
	s, err := t.findLot(ctx, tx)
	if err != nil {
		return err
	}
	return exec(ctx, tx, `DELETE FROM inventory WHERE id = $1`, s.id)
}
