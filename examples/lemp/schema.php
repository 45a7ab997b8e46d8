<?php
// Run again and again, it changes nothing: a one-shot may be repeated.
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
$database = new mysqli('127.0.0.1', 'root', '', '', (int) getenv('MARIADB_PORT'));
$database->query('CREATE DATABASE IF NOT EXISTS shop');
$database->query('CREATE TABLE IF NOT EXISTS shop.visits (at DATETIME NOT NULL)');
echo "the database is there\n";
