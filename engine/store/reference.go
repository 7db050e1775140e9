package store

import (
	"fmt"

	"github.com/stablehomes/stablehomes/engine/care"
)

// references checks that what records name is there. Two scans that are in order
// of the same id go side by side, so that nothing is looked up one by one.
func (c *checking) references() error {
	err := c.allThere(LivesKind, ChildKind, func(k *keyed) {
		child, placement := k.key.ids()
		c.add(Finding{string(PlacementKind), string(placement), fmt.Sprintf("child %q, whom it names, is not there", child)})
	})
	if err != nil {
		return err
	}
	err = c.allThere(HouseholdKind, HomeKind, func(k *keyed) {
		c.add(Finding{string(HouseholdKind), nameOf(k.key), "stays or holds are recorded, and the home is not there"})
	})
	if err != nil {
		return err
	}
	_, err = c.every(DecisionKind, c.decision)
	return err
}

// allThere calls missing for each record of one kind whose first id no record of
// another kind has.
func (c *checking) allThere(naming, named Kind, missing func(*keyed)) error {
	there := pull(present{c.view.snap}.scan(named.prefix()))
	defer there.stop()
	_, err := c.every(naming, func(k *keyed) {
		for there.more && there.err == nil && there.at.key.ID() < k.key.ID() {
			there.step()
		}
		if there.err == nil && (!there.more || there.at.key.ID() != k.key.ID()) {
			missing(k)
		}
	})
	return err
}

// decision checks that the placements it began are there, for the children it
// chose them for. One that was erased names none.
func (c *checking) decision(k *keyed) {
	if k.erased {
		return
	}
	var d care.Decision
	if err := k.read(&d); err != nil {
		c.add(Finding{string(DecisionKind), nameOf(k.key), err.Error()})
		return
	}
	for i := range d.Chosen {
		for _, id := range d.Chosen[i].Placements {
			if err := c.begun(&d.Chosen[i], id); err != nil {
				c.add(Finding{string(DecisionKind), nameOf(k.key), err.Error()})
			}
		}
	}
}

func (c *checking) begun(chosen *care.Chosen, id care.ID) error {
	p, err := c.view.Placement(id)
	if err != nil {
		return fmt.Errorf("the placement it began: %w", err)
	}
	for _, child := range chosen.Children {
		if p.Child == child {
			return nil
		}
	}
	return fmt.Errorf("placement %q, which it began, is of child %q, whom it did not place", id, p.Child)
}
