"""The explorers of lesson 00."""

from asian_security import data
from asian_security.explorers.start import CourseMap, Growth, Past
from asian_security.lessons.course import LESSONS, PATHS


def test_growth_counts_the_mechanisms_of_every_year():
    past = Growth().record(year=2000)
    assert past.years[-1] == 2000
    for year, count in zip(past.years[-5:], past.counts[-5:], strict=True):
        assert count == len(data.mechanisms(as_of=year))


def test_growth_counts_what_came_and_went_in_ten_years():
    table = data.mechanisms()
    founded = table["founded"].str[:4].astype(int)
    ended = table["ended"].dropna().str[:4].astype(int)
    past = Growth().record(year=1999)
    assert isinstance(past, Past)
    assert past.founded == founded.isin(range(1990, 2000)).sum() > 0
    assert past.ended == ended.isin(range(1990, 2000)).sum()


def test_a_path_has_its_lessons_and_their_time():
    minutes = {number: time for number, _, _, time, _ in LESSONS}
    for path, numbers in PATHS.items():
        record = CourseMap().record(path=path)
        assert tuple(number for number, *_ in record.lessons) == numbers
        assert record.minutes == sum(minutes[number] for number in numbers)
