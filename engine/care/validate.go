package care

import "strconv"

// firstOf returns the first error. Rejecting a row for one named cell is
// clearer than a list of all that follows from it.
func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func within(field string, n, low, high int) error {
	if n < low || n > high {
		return wrong(field, "a whole number from "+strconv.Itoa(low)+" to "+strconv.Itoa(high), "%d is out of range", n)
	}
	return nil
}

func (n Number) within(field string, low, high int) error {
	if !n.Known {
		return nil
	}
	return within(field, n.N, low, high)
}

func notBefore(field string, later Day, earlierField string, earlier Day) error {
	if later != 0 && earlier != 0 && later < earlier {
		return wrong(field, "check the two dates", "%s is before %s %s", later, earlierField, earlier)
	}
	return nil
}

func validateIDs(field string, ids []ID) error {
	for _, id := range ids {
		if err := id.Validate(field); err != nil {
			return err
		}
	}
	return nil
}
