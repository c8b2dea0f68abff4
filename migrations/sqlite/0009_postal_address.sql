-- Where letters go: the town, the country, then the lines of the street, one per line; the postcode has its column.
alter table cases add column address text;
